/* An import at work: how far it is, drawn anew every two seconds. The page itself stays, and so does whoever reads it. */
(function () {
  "use strict";

  var EVERY_MILLISECONDS = 2000;
  var shown = document.getElementById("at-work");
  if (!shown || !window.XMLHttpRequest) { return; }

  function wait() { setTimeout(look, EVERY_MILLISECONDS); }

  function look() {
    var request = new XMLHttpRequest();
    request.open("GET", location.href);
    request.responseType = "document";
    request.onload = function () {
      var found = request.response && request.response.getElementById("at-work");
      if (!found) { location.reload(); return; }   /* it is done, or that was the sign-in page */
      var now = document.importNode(found, true);
      shown.parentNode.replaceChild(now, shown);
      shown = now;
      wait();
    };
    request.onerror = wait;
    request.send();
  }

  wait();
}());
