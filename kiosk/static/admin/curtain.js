/* Tells the server's half of the curtain that somebody is still there, and when the names have left the page. */
(function () {
  "use strict";

  var KEEP_SECONDS = 30;
  var form = document.getElementById("shut");
  if (!form || !window.XMLHttpRequest) { return; }

  var isOpen = false;
  var isLeaving = false;
  var touchedAt = 0;
  var toldAt = 0;
  var lost = null;   /* what the page does when the server closed the curtain: from another tab, say */

  function fields() { return "part=1&csrf_token=" + encodeURIComponent(form.elements.csrf_token.value); }

  function post(address, then) {
    var request = new XMLHttpRequest();
    request.open("POST", address);
    request.setRequestHeader("Content-Type", "application/x-www-form-urlencoded");
    request.onload = function () { if (then) { then(request.status); } };
    request.send(fields());
  }

  function keep() {
    toldAt = Date.now();
    post(form.getAttribute("data-keep"), function (status) { if (status !== 204 && isOpen) { lost(); } });
  }

  function touch() {
    touchedAt = Date.now();
    if (isOpen && touchedAt - toldAt > KEEP_SECONDS * 1000) { keep(); }
  }

  window.kioskServerCurtain = {
    opened: function (whenLost) {
      isOpen = true;
      lost = whenLost;
      toldAt = Date.now();
    },
    closed: function () {
      if (!isOpen) { return; }
      isOpen = false;
      /* A form among the names leads to the next page of names: that one is open. */
      if (isLeaving) { return; }
      if (navigator.sendBeacon && window.Blob) {
        navigator.sendBeacon(form.action, new Blob([fields()], { type: "application/x-www-form-urlencoded" }));
      } else {
        post(form.action);
      }
    }
  };

  window.addEventListener("pagehide", function () { isLeaving = true; });
  window.addEventListener("pageshow", function () { isLeaving = false; });
  ["pointerdown", "mousemove", "keydown", "scroll", "touchstart"].forEach(function (name) {
    window.addEventListener(name, touch, true);
  });
}());
