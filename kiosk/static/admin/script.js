/* The curtain: names come by a second request and leave on blur, tab switch, Esc, a minute without a touch,
   full screen, print and Back. Without this file the page still works; it is then the server's answer to a POST. */
(function () {
  "use strict";

  var IDLE_SECONDS = 60;
  var CLOSED_MEANWHILE = "The names were closed meanwhile. Open them once more, and go on.";
  var curtain = document.getElementById("curtain");
  if (!curtain || !window.XMLHttpRequest) { return; }

  var names = document.getElementById("names");
  var reveal = document.getElementById("reveal");
  var frame = document.getElementById("frame");
  var left = document.getElementById("left");
  var status = document.getElementById("status");
  var bottom = document.getElementById("bottom");
  var present = document.getElementById("present");
  var server = window.kioskServerCurtain;
  var opening = 0;   /* the number of the opening; an answer to an earlier one is thrown away */
  var isOpen = false;
  var touchedAt = 0;
  var ticking = null;

  function say(text) { status.textContent = text; }

  function isWatched() {
    return !document.hidden && (!document.hasFocus || document.hasFocus()) && !isFullScreen();
  }

  function isFullScreen() {
    return !!(document.fullscreenElement || document.webkitFullscreenElement) ||
      !!(window.matchMedia && window.matchMedia("(display-mode: fullscreen)").matches);
  }

  var KEPT_SECONDS = 120;
  var kept = {};     /* what was half typed, by field, and when it was put away; here and nowhere else */

  function putAway(field) {
    if (field && field.value) {
      kept[field.id] = { text: field.value, at: Date.now() };
      field.value = "";
    }
  }

  function restore(field) {
    var was = field && kept[field.id];
    if (!was) { return; }
    delete kept[field.id];
    if (!field.value && Date.now() - was.at < KEPT_SECONDS * 1000) { field.value = was.text; }
  }

  function each(list, act) { Array.prototype.forEach.call(list, act); }
  function comeBack() { each(document.querySelectorAll("[data-keep]"), restore); }

  /* What another script of the page may hook into; by itself a page's names are the answer's HTML. */
  var hooks = {
    draw: function (content) { names.innerHTML = content; },
    opened: function () { document.getElementById("close").focus(); },
    left: function () { return; }
  };

  function show(content) {
    var wasOpen = isOpen;
    hooks.draw(content);
    isOpen = true;
    frame.hidden = false;
    reveal.hidden = true;
    reveal.reset();
    document.documentElement.className = "names-open";
    server.opened(function () { close(CLOSED_MEANWHILE); });
    bottom.textContent = "Names are on this page";
    say("");
    touch();
    tick();
    if (!wasOpen) { ticking = setInterval(tick, 1000); }
    hooks.opened();
  }

  function close(why) {
    opening += 1;
    each(document.querySelectorAll("[data-keep]"), putAway);
    hooks.left();
    if (!isOpen) { return; }
    isOpen = false;
    names.innerHTML = "";
    server.closed();
    clearInterval(ticking);
    frame.hidden = true;
    reveal.hidden = false;
    document.documentElement.className = "";
    bottom.textContent = "No personal data on this page";
    say(why);
    if (isWatched()) { reveal.querySelector("button").focus(); }
  }

  function touch() { touchedAt = Date.now(); }

  function tick() {
    var seconds = IDLE_SECONDS - Math.floor((Date.now() - touchedAt) / 1000);
    if (seconds <= 0) { close("The names are closed after a minute without a touch."); return; }
    left.textContent = String(seconds);
  }

  /* then(text, isSentence) after a yes; refused(text) after a no that says why. Anything else is no answer of ours. */
  function send(address, fields, then, refused) {
    var request = new XMLHttpRequest();
    var mine = opening;
    request.open("POST", address);
    request.setRequestHeader("Content-Type", "application/x-www-form-urlencoded");
    request.setRequestHeader("X-Kiosk-Part", "1");
    request.onload = function () {
      if (mine !== opening) { return; }
      var count = request.getResponseHeader("X-Kiosk-Present");
      var isOurs = request.getResponseHeader("X-Kiosk-Part") === "1";
      if (count !== null && present) { present.textContent = count; }
      if (isOurs && request.status === 200) {
        then(request.responseText, /^text\/plain/.test(request.getResponseHeader("Content-Type")));
      } else if (request.status === 423) {
        close(CLOSED_MEANWHILE);
      } else if (isOurs && refused) {
        refused(request.responseText);
      } else {
        /* Signed out meanwhile, or the right has ended: the page itself says which. */
        location.replace(curtain.getAttribute("data-closed"));
      }
    };
    request.onerror = function () {
      if (mine !== opening) { return; }
      say("The server can't be reached just now. Nothing was changed. Try once more in a minute.");
      if (refused) { refused(""); }
    };
    request.send(fields);
  }

  /* A form's fields, and the button that sent it. */
  function fieldsOf(form, button) {
    var found = [];
    each(form.elements, function (field) {
      var isLeftOut = !field.name || field.tagName === "BUTTON" || (/radio|checkbox/.test(field.type) && !field.checked);
      if (!isLeftOut) { found.push(field.name + "=" + encodeURIComponent(field.value)); }
    });
    if (button && button.name) { found.push(button.name + "=" + encodeURIComponent(button.value)); }
    return found.join("&");
  }

  /* Ask for names, and show them only to somebody who is still there. */
  function open(address, fields) {
    opening += 1;
    say("Fetching the names.");
    send(address, fields, function (content, isSentence) {
      if (isSentence) { close(content); say(content); return; }   /* done, and no name is left to show */
      if (isWatched()) { show(content); } else { say("The names stay closed: this window was not in front."); }
    }, function (why) { if (why) { say(why); } });
  }

  window.kioskCurtain = {
    hooks: hooks, send: send, say: say, open: open, fieldsOf: fieldsOf, putAway: putAway, restore: restore
  };

  reveal.addEventListener("submit", function (event) {
    event.preventDefault();
    open(reveal.action, fieldsOf(reveal));
  });

  /* Forms among the names are answered among the names. */
  var pressed = null;
  names.addEventListener("click", function (event) { pressed = event.target; });
  names.addEventListener("submit", function (event) {
    if (!event.target.hasAttribute("data-part")) { return; }
    event.preventDefault();
    var other = pressed && pressed.getAttribute("formaction");
    open(other || event.target.action, fieldsOf(event.target, pressed));
  });

  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape" && event.key !== "Esc") { comeBack(); }
  });
  document.addEventListener("mousedown", comeBack);
  document.addEventListener("touchstart", comeBack);

  document.getElementById("shut").addEventListener("submit", function (event) {
    event.preventDefault();
    close("The names are closed.");
  });

  window.addEventListener("blur", function () { close("The names are closed, because you left this window."); });
  document.addEventListener("visibilitychange", function () {
    if (document.hidden) { close("The names are closed, because you left this page."); }
  });
  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape" || event.key === "Esc") { close("The names are closed."); }
  });
  window.addEventListener("beforeprint", function () { close("The names are closed. They are not printed."); });
  window.addEventListener("pagehide", function () { close(""); });
  window.addEventListener("pageshow", function (event) {
    if (event.persisted) { location.replace(curtain.getAttribute("data-closed")); }
  });

  function onFullScreen() { if (isFullScreen()) { close("The names are closed in full screen."); } }
  document.addEventListener("fullscreenchange", onFullScreen);
  document.addEventListener("webkitfullscreenchange", onFullScreen);
  window.addEventListener("resize", onFullScreen);

  ["pointerdown", "mousemove", "keydown", "scroll", "touchstart"].forEach(function (name) {
    window.addEventListener(name, touch, true);
  });

  /* The page came with names on it: a browser whose script was late. Treat them as just opened. */
  if (names.firstElementChild) { show(names.innerHTML); }
}());
