/* What a screen's page does by itself. ECMAScript 5, for the browsers lecterns have. It never uses the browser's clock,
   only how long ago something was; and it never leaves a page for one that it has not fetched first. */
(function () {
  "use strict";
  var OVERDUE = 3000, BLIP = 1200, TICK = 250, STILL = 2000, RETRY = 3000, SLEPT = 2000, LOOK = 5000, SLACK = 2000;
  var body = document.body, root = document.documentElement, home = body.getAttribute("data-home");
  root.className += " js";

  function elapsed() {
    return window.performance && performance.now ? performance.now() : Date.now();
  }
  function one(selector) {
    return document.querySelector(selector);
  }
  function has(name) {
    return (" " + body.className + " ").indexOf(" " + name + " ") >= 0;
  }
  function later(act, milliseconds) {
    return window.setTimeout(act, milliseconds);
  }

  function send(method, address, fields, done) {
    var request = new XMLHttpRequest(), pairs = [], name;
    for (name in fields) {
      if (fields.hasOwnProperty(name)) pairs.push(name + "=" + encodeURIComponent(fields[name]));
    }
    request.open(method, address);
    request.timeout = 10000;
    if (method === "POST") request.setRequestHeader("Content-Type", "application/x-www-form-urlencoded");
    request.onreadystatechange = function () {
      if (request.readyState === 4) done(request.status, request.responseText);
    };
    request.send(pairs.join("&"));
  }

  var visiting = false;
  function visit() {
    if (visiting) return;
    visiting = true;
    (function knock() {
      send("GET", home, {}, function (status) {
        if (status === 200) location.replace(home);
        else later(knock, RETRY);
      });
    })();
  }

  /* Keys, cursor, sleep ------------------------------------------------------------------------ */

  function toggleBlank(on) {
    one(".blank").hidden = !on;
  }
  function fullScreen() {
    var now = document.fullscreenElement || document.webkitFullscreenElement || document.msFullscreenElement;
    var leave = document.exitFullscreen || document.webkitExitFullscreen || document.msExitFullscreen;
    var enter = root.requestFullscreen || root.webkitRequestFullscreen || root.msRequestFullscreen;
    var answer = now ? leave && leave.call(document) : enter && enter.call(root);
    if (answer && answer["catch"]) answer["catch"](function () {});
  }
  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    var key = (event.key || String.fromCharCode(event.keyCode)).toLowerCase(), blank = one(".blank");
    if (blank.hidden && (event.target.options || !one(".keys-work").value)) return;
    if (key === "f") fullScreen();
    else if (key === "b" || key === "." || key === "decimal") toggleBlank(blank.hidden);
    else if (!blank.hidden) toggleBlank(false);
    else return;
    event.preventDefault();
  });
  one(".blank").addEventListener("click", function () { toggleBlank(false); });

  var stillTimer;
  function move() {
    root.className = root.className.replace(/ still\b/g, "");
    clearTimeout(stillTimer);
    stillTimer = later(function () { root.className += " still"; }, STILL);
  }
  document.addEventListener("mousemove", move);
  move();

  function stayAwake() {
    if (!navigator.wakeLock || document.visibilityState !== "visible") return;
    navigator.wakeLock.request("screen")["catch"](function () {});
  }
  document.addEventListener("visibilitychange", stayAwake);
  stayAwake();

  /* Words that would not fit are set smaller. ---------------------------------------------------- */

  function fit() {
    var all = document.querySelectorAll(".js [data-fit]"), i, size, room;
    for (i = 0; i < all.length; i += 1) {
      all[i].style.fontSize = "";
      room = all[i].parentNode.clientWidth - (all[i].tagName === "B" ? all[i].offsetLeft - all[i].parentNode.offsetLeft : 0);
      size = parseFloat(getComputedStyle(all[i]).fontSize);
      var wide = Math.max(all[i].scrollWidth, all[i].offsetWidth);
      if (room > 0 && wide > room) all[i].style.fontSize = Math.floor(size * room / wide * 10) / 10 + "px";
    }
  }
  window.addEventListener("resize", fit);

  /* The board ---------------------------------------------------------------------------------- */

  var stage, frame = null, until = 0, shownAt = 0, socket;

  function fill(element, text) {
    if (element.textContent !== text) element.textContent = text;
  }
  function write(name, text) {
    fill(stage.querySelector("." + name), text);
  }
  /* A symbol comes as its modules, row by row, four to a letter: here its dark runs are found, to be stroked. */
  function draw(bits) {
    var side = Math.floor(Math.sqrt(bits.length * 4)), path = "", x, y, at, length;
    for (y = 0; y < side; y += 1) {
      for (x = 0; x < side; x += length + 1) {
        length = 0;
        for (at = y * side + x; x + length < side && parseInt(bits.charAt(at >> 2), 16) >> 3 - at % 4 & 1; at += 1) length += 1;
        if (length) path += "M" + x + " " + y + "h" + length;
      }
    }
    stage.querySelector(".symbol path").setAttribute("d", path);
  }
  /* The words of the page are in each of its languages, and so are those of a frame, in the same order. */
  function note(texts) {
    var lines = stage.querySelectorAll(".note p"), i;
    for (i = 0; i < lines.length; i += 1) fill(lines[i], texts[i]);
  }
  /* What kind of session it is, in each language that has a word of its own for it. */
  function sayKinds(kinds) {
    var box = one(".live .kinds"), i, word;
    box.textContent = "";
    for (i = 0; i < kinds.length; i += 1) {
      if (i) box.appendChild(document.createTextNode(" / "));
      word = document.createElement("span");
      word.lang = kinds[i][0];
      word.textContent = kinds[i][1];
      box.appendChild(word);
    }
  }
  function label(what) {
    var labels = stage.querySelectorAll("[data-say]"), i, text;
    for (i = 0; i < labels.length; i += 1) {
      text = labels[i].getAttribute("data-say").replace("\u2026", function () { return what; });
      if (labels[i].hasAttribute("aria-label")) labels[i].setAttribute("aria-label", text);
      else fill(labels[i], text);
    }
  }
  /* What a screen reader is told: the digits, one by one, as they change and no oftener than was chosen. What was told is
     gone with the next frame, so that nobody comes upon old digits. */
  var heard = "", toldAt = -Infinity;
  function tell(digits, isAsked) {
    var often = one(".aloud").value, now = elapsed();
    var isTime = isAsked || digits !== heard && now - toldAt >= often * 1000 - SLACK;
    var isTold = often && digits && isTime;
    heard = digits;
    if (isTold) toldAt = now;
    write("said", isTold ? digits.split("").join(" ") : "");
  }
  function show(given) {
    tell(given.digits);
    frame = given;
    shownAt = elapsed();
    until = shownAt + frame.left_seconds * 1000 + OVERDUE;
    draw(frame.symbol);
    label(frame.heading);
    write("digits", frame.digits ? frame.digits.slice(0, 3) + " " + frame.digits.slice(3) : "");
    write("heading", frame.heading);
    write("title", frame.title);
    sayKinds(frame.kinds);
    write("where", (frame.kinds.length && frame.place ? " \u00b7 " : "") + frame.place);
    note(frame.notes);
    write("clock", frame.clock);
    stage.className = "stage live state-" + frame.state;
    if (frame.heading) document.title = frame.heading;
    moveBar();
    fit();
  }
  function goAway() {
    if (!frame && stage.className.indexOf("is-away") >= 0) return;
    frame = null;
    draw("");
    write("digits", "");
    heard = "";
    write("said", stage.querySelector(".away").textContent);
    stage.className = "stage live is-away";
  }
  /* The line has dropped. For a moment the code stays, so that a blip is not seen: it counts for longer than that. But
     nobody may scan what the server can no longer vouch for. */
  function loseLine() {
    until = Math.min(until, elapsed() + BLIP);
  }
  /* Nothing came when something had to. The line may be dead without having said so, which it would only find out later:
     if nothing comes for a while longer, another one is opened. Not by all screens at the same moment. */
  var renewing = false;
  function renew() {
    if (renewing || !socket) return;
    renewing = true;
    later(function () {
      renewing = false;
      if (!frame && socket.connected) socket.disconnect().connect();
    }, RETRY + Math.random() * RETRY);
  }
  function moveBar() {
    var left = frame.digits_left_seconds - (elapsed() - shownAt) / 1000;
    stage.querySelector(".bar").style.width = Math.max(0, Math.min(100, 100 * left / frame.digits_seconds)) + "%";
  }

  var tickedAt = elapsed(), tickedOn = Date.now();
  function tick() {
    // A lectern that slept: its stopwatch may have stood still meanwhile, and what it shows may be old.
    var slept = (Date.now() - tickedOn) - (elapsed() - tickedAt) > SLEPT;
    tickedAt = elapsed();
    tickedOn = Date.now();
    if (slept) {
      goAway();
      if (socket) socket.disconnect().connect();
    } else if (elapsed() > until) {
      goAway();
      renew();
    } else if (frame) moveBar();
  }

  function startBoard() {
    stage = one(".live");
    until = elapsed() + OVERDUE;
    one(".aloud").addEventListener("change", function () { if (frame) tell(frame.digits, true); });
    window.setInterval(tick, TICK);
    document.addEventListener("visibilitychange", tick);
    if (!window.io) return later(visit, 10000);
    socket = window.io({
      path: body.getAttribute("data-socket"),
      transports: ["websocket", "polling"],
      tryAllTransports: true,
      reconnectionDelay: 300,
      reconnectionDelayMax: 3000,
      timeout: 5000
    });
    socket.on("frame", show);
    socket.on("disconnect", function (reason) {
      if (reason !== "io server disconnect") return loseLine();
      goAway();
      visit();
    });
    socket.on("connect_error", function () {
      if (!socket.active) return later(visit, RETRY);
      // A network that swallows WebSockets says nothing: from now on begin with what gets through anywhere.
      socket.io.opts.transports = ["polling", "websocket"];
      doubt();
    });
  }

  /* No line: the server may be away, or this screen may have been stopped meanwhile. The board's page says which. */
  var doubting = false;
  function doubt() {
    if (doubting) return;
    doubting = true;
    send("GET", home, {}, function (status, text) {
      doubting = false;
      if (status === 200 && text.indexOf('class="is-board"') < 0) location.replace(home);
    });
  }

  /* Asking to be let in -------------------------------------------------------------------------- */

  function startPairing() {
    function ask() {
      send("POST", body.getAttribute("data-poll"), { csrf_token: body.getAttribute("data-csrf") }, function (status, text) {
        var answer = null;
        try { answer = status === 200 && JSON.parse(text); } catch (ignored) { answer = null; }
        if (answer && answer.answer !== "waiting") visit();
        else if (status >= 400 && status < 500) later(visit, RETRY);
        else later(ask, answer ? answer.seconds * 1000 : RETRY);
      });
    }
    later(ask, body.getAttribute("data-seconds") * 1000);
    fit();
  }
  function startAsking() {
    var form = one("form"), after = Number(body.getAttribute("data-after")), asking = false;
    function submit() {
      if (asking) return;
      asking = true;
      send("POST", form.getAttribute("action"), { csrf_token: form.csrf_token.value }, function (status) {
        asking = false;
        if (status === 200) visit();
        else later(status >= 400 && status < 500 ? visit : submit, 5 * RETRY);
      });
    }
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      submit();
    });
    if (after >= 0) later(submit, after * 1000);
    else later(look, LOOK);
  }
  /* A stopped screen asks for nothing. It looks, gently, whether somebody has let it in again. */
  function look() {
    send("GET", home, {}, function (status, text) {
      if (status === 200 && text.indexOf('class="is-ask"') < 0) location.replace(home);
      else later(look, LOOK);
    });
  }

  if (has("is-board")) startBoard();
  else if (has("is-pairing")) startPairing();
  else if (has("is-ask")) startAsking();
  else if (has("is-problem")) later(visit, 5000);
})();
