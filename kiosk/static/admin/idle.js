/* Says two minutes before a sign-in ends by itself, and keeps it while somebody is there. The server decides when it ends. */
(function () {
  "use strict";

  var WARN_SECONDS = 120;
  var LAST_WORD_SECONDS = 30;
  var USUAL_SECONDS = 870;      /* the server writes down at most every half minute that somebody was here */
  var CONTACT_SECONDS = 180;    /* somebody who types for long is here too: the server is told this often */
  var box = document.getElementById("idle");
  if (!box || !window.XMLHttpRequest) { return; }

  var form = box.querySelector("form");
  var shown = document.getElementById("idle-left");
  var why = document.getElementById("idle-why");
  var said = document.getElementById("idle-said");
  var endsAt = Date.now() + USUAL_SECONDS * 1000;
  var contactAt = Date.now();
  var isLooking = false;
  var canStay = true;
  var mayRepeat = true;

  function left() { return Math.ceil((endsAt - Date.now()) / 1000); }

  function ask(method, address, body, then) {
    var request = new XMLHttpRequest();
    request.open(method, address);
    request.setRequestHeader("Content-Type", "application/x-www-form-urlencoded");
    request.onload = function () {
      isLooking = false;
      if (request.status === 400 && mayRepeat) {   /* the CSRF value is an old one: fetch the new one, and say it again */
        mayRepeat = false;
        ask("GET", box.getAttribute("data-left"), null, stay);
        return;
      }
      if (request.status !== 200) { return; }
      var answer;
      try { answer = JSON.parse(request.responseText); } catch (problem) { answer = null; }
      if (!answer) { location.replace(box.getAttribute("data-out")); return; }   /* that was the sign-in page */
      form.elements.csrf_token.value = answer.csrf_token;
      endsAt = Date.now() + answer.seconds * 1000;
      canStay = answer.can_stay;
      if (method === "POST") { mayRepeat = true; }
      if (left() > WARN_SECONDS) { hide(); } else { warn(); }
      if (then) { then(); }
    };
    request.onerror = function () { isLooking = false; };
    request.send(body);
  }

  function look() {
    if (isLooking) { return; }
    isLooking = true;
    ask("GET", box.getAttribute("data-left"));
  }

  function stay() {
    contactAt = Date.now();
    ask("POST", box.getAttribute("data-stay"), "csrf_token=" + encodeURIComponent(form.elements.csrf_token.value));
  }

  function say(text) { if (said.textContent !== text) { said.textContent = text; } }

  function warn() {
    if (!box.hidden) { return; }
    why.textContent = canStay ? "Nothing happened for a while. Press any key to stay." :
      "Your twelve hours are over then. Finish what you are doing, and sign in again.";
    form.hidden = !canStay;
    box.hidden = false;
    say("You will be signed out in two minutes. " + why.textContent);
  }

  function hide() {
    if (box.hidden) { return; }
    box.hidden = true;
    say("You stay signed in.");
  }

  function tick() {
    var seconds = left();
    if (box.hidden) {
      if (seconds <= WARN_SECONDS) { look(); }
      return;
    }
    if (seconds <= 0) { look(); }
    if (seconds === LAST_WORD_SECONDS) { say("You will be signed out in half a minute. " + why.textContent); }
    shown.textContent = Math.floor(Math.max(0, seconds) / 60) + ":" + ("0" + Math.max(0, seconds) % 60).slice(-2);
  }

  function touch() {
    if (!canStay) { return; }
    if (!box.hidden || Date.now() - contactAt > CONTACT_SECONDS * 1000) { stay(); }
  }

  form.addEventListener("submit", function (event) { event.preventDefault(); stay(); });
  ["keydown", "mousedown", "touchstart"].forEach(function (name) { window.addEventListener(name, touch, true); });
  setInterval(tick, 1000);
}());
