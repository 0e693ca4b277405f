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

  function show(html) {
    names.innerHTML = html;
    isOpen = true;
    frame.hidden = false;
    reveal.hidden = true;
    document.documentElement.className = "names-open";
    server.opened(function () { close(CLOSED_MEANWHILE); });
    bottom.textContent = "Names are on this page";
    say("");
    touch();
    tick();
    ticking = setInterval(tick, 1000);
    document.getElementById("close").focus();
  }

  function close(why) {
    opening += 1;
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

  function send(address, fields, then) {
    var request = new XMLHttpRequest();
    var mine = opening;
    request.open("POST", address);
    request.setRequestHeader("Content-Type", "application/x-www-form-urlencoded");
    request.setRequestHeader("X-Kiosk-Part", "1");
    request.onload = function () {
      if (mine !== opening) { return; }
      var count = request.getResponseHeader("X-Kiosk-Present");
      if (request.status === 200 && count !== null) {
        present.textContent = count;
        then(request.responseText);
      } else if (request.status === 423) {
        close(CLOSED_MEANWHILE);
      } else {
        /* Signed out meanwhile, or the right has ended: the page itself says which. */
        location.replace(curtain.getAttribute("data-closed"));
      }
    };
    request.onerror = function () {
      if (mine === opening) { say("The server can't be reached just now. Nothing was changed. Try once more in a minute."); }
    };
    request.send(fields);
  }

  function field(form, name) {
    return name + "=" + encodeURIComponent(form.elements[name].value);
  }

  reveal.addEventListener("submit", function (event) {
    event.preventDefault();
    opening += 1;
    say("Fetching the names.");
    send(reveal.action, field(reveal, "csrf_token") + "&curtain=open", function (html) {
      if (isWatched()) { show(html); } else { say("The names stay closed: this window was not in front."); }
    });
  });

  names.addEventListener("click", function (event) {
    var button = event.target;
    if (button.name !== "student") { return; }
    event.preventDefault();
    var row = button.parentNode;
    var isUndo = button.hasAttribute("formaction");
    var fields = field(button.form, "csrf_token") + "&student=" + encodeURIComponent(button.value);
    send(isUndo ? button.formAction : button.form.action, fields, function (html) {
      row.innerHTML = html;
      say(isUndo ? "Back to the status before." : "Marked present.");
      var next = row.querySelector("button");
      if (next) { next.focus(); }
    });
  });

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
