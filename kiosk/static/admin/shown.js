/* A page that came with names, as the answer to a form. They leave on blur, tab switch, Esc, a minute without a touch,
   full screen, print and Back. Without this file the page leaves by itself after a minute. */
(function () {
  "use strict";

  var IDLE_SECONDS = 60;
  var names = document.getElementById("names");
  if (!names) { return; }
  var left = document.getElementById("left");
  var touchedAt = Date.now();

  function close() {
    names.innerHTML = "";
    document.documentElement.className = "";
    location.replace(names.getAttribute("data-closed"));
  }

  function isFullScreen() {
    return !!(document.fullscreenElement || document.webkitFullscreenElement) ||
      !!(window.matchMedia && window.matchMedia("(display-mode: fullscreen)").matches);
  }

  function onFullScreen() { if (isFullScreen()) { close(); } }

  function touch() { touchedAt = Date.now(); }

  function tick() {
    var seconds = IDLE_SECONDS - Math.floor((Date.now() - touchedAt) / 1000);
    if (seconds <= 0) { close(); return; }
    left.textContent = String(seconds);
  }

  window.addEventListener("blur", close);
  window.addEventListener("beforeprint", close);
  window.addEventListener("pagehide", function () { names.innerHTML = ""; });
  window.addEventListener("pageshow", function (event) { if (event.persisted) { close(); } });
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
  setInterval(tick, 1000);
  if (document.hidden || isFullScreen()) { close(); }
}());
