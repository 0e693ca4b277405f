/* When the start of a session moves, its end goes along, until somebody sets the end. Without this file both are typed. */
(function () {
  "use strict";

  var DAY = 24 * 60;
  var starts = document.getElementById("starts");
  var ends = document.getElementById("ends");
  if (!starts || !ends) { return; }

  function minutes(field) {
    var found = /^(\d\d):(\d\d)/.exec(field.value);
    return found ? 60 * Number(found[1]) + Number(found[2]) : null;
  }

  function two(number) { return (number < 10 ? "0" : "") + number; }

  function clock(time) {
    var within = (time + DAY) % DAY;
    return two(Math.floor(within / 60)) + ":" + two(within % 60);
  }

  var before = minutes(starts);
  var isSet = false;

  ends.addEventListener("input", function () { isSet = true; });
  starts.addEventListener("input", function () {
    var start = minutes(starts);
    var end = minutes(ends);
    if (start === null) { return; }
    if (!isSet && before !== null && end !== null) { ends.value = clock(end + start - before); }
    before = start;
  });
}());
