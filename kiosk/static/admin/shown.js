/* A page that came with names, as the answer to a form. They leave on blur, tab switch, Esc, a minute without a touch,
   full screen, print and Back; for two minutes one key brings them back. Without this file the page leaves by itself after a minute. */
(function () {
  "use strict";

  var IDLE_SECONDS = 60;
  var AGAIN_SECONDS = 120;   /* how long one key brings them back */
  var names = document.getElementById("names");
  if (!names) { return; }
  var again = document.getElementById("again");
  var server = window.kioskServerCurtain;
  var closedAt = 0;
  var left = document.getElementById("left");
  var touchedAt = Date.now();

  function close() {
    if (!again.hidden) { return; }
    names.innerHTML = "";
    document.documentElement.className = "";
    document.getElementById("frame").hidden = true;
    document.getElementById("bottom").textContent = "No personal data on this page";
    server.closed();
    again.hidden = false;
    again.querySelector("button").focus();
    closedAt = Date.now();
  }

  function leave() { location.replace(names.getAttribute("data-closed")); }

  function isFullScreen() {
    return !!(document.fullscreenElement || document.webkitFullscreenElement) ||
      !!(window.matchMedia && window.matchMedia("(display-mode: fullscreen)").matches);
  }

  function onFullScreen() { if (isFullScreen()) { close(); } }

  function touch() { touchedAt = Date.now(); }

  function tick() {
    if (!again.hidden) {
      if (Date.now() - closedAt >= AGAIN_SECONDS * 1000) { leave(); }
      return;
    }
    var seconds = IDLE_SECONDS - Math.floor((Date.now() - touchedAt) / 1000);
    if (seconds <= 0) { close(); return; }
    left.textContent = String(seconds);
  }

  window.addEventListener("blur", close);
  window.addEventListener("beforeprint", close);
  window.addEventListener("pagehide", function () { names.innerHTML = ""; });
  window.addEventListener("pageshow", function (event) { if (event.persisted) { leave(); } });
  window.addEventListener("resize", onFullScreen);
  document.addEventListener("fullscreenchange", onFullScreen);
  document.addEventListener("webkitfullscreenchange", onFullScreen);
  document.addEventListener("visibilitychange", function () { if (document.hidden) { close(); } });
  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape" || event.key === "Esc") { close(); }
  });
  ["pointerdown", "mousemove", "keydown", "scroll", "touchstart"].forEach(function (name) {
    window.addEventListener(name, touch, true);
  });

  /* Back and Reload lead to the closed page, and send no form once more. */
  history.replaceState(null, "", names.getAttribute("data-closed"));
  document.documentElement.className = "names-open";
  server.opened(close);
  document.getElementById("shut").addEventListener("submit", function (event) { event.preventDefault(); close(); });
  setInterval(tick, 1000);
  if (document.hidden || isFullScreen()) { close(); }
}());
