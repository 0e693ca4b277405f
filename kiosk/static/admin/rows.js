/* A list whose rows have buttons, as one stop of the Tab key: up and down go from row to row, left and right from button
   to button. Follows the grid pattern. Knows no name. */
window.kioskRows = (function () {
  "use strict";

  function buttonsOf(row) { return row ? row.querySelectorAll("button") : []; }

  function rowOf(list, inside) {
    while (inside && inside.parentNode !== list) { inside = inside.parentNode; }
    return inside;
  }

  /* The nearest row with buttons, going by `step`. */
  function next(row, step) {
    do { row = step > 0 ? row.nextElementSibling : row.previousElementSibling; } while (row && !buttonsOf(row).length);
    return row;
  }

  /* atEnd() may add rows when somebody goes down from the last one. */
  function grid(list, atEnd) {
    var current = null;   /* the button that Tab leads to */

    function stand(button) {
      if (current) { current.tabIndex = -1; }
      current = button;
      if (current) { current.tabIndex = 0; }
    }

    /* After a change to the list: every button but one is out of the Tab key's way. */
    function settle() {
      Array.prototype.forEach.call(buttonsOf(list), function (button) { button.tabIndex = -1; });
      stand(current && list.contains(current) ? current : list.querySelector("button"));
    }

    function target(key, row, place) {
      var own = buttonsOf(row);
      if (key === "ArrowLeft") { return own[place - 1]; }
      if (key === "ArrowRight") { return own[place + 1]; }
      if (key === "Home") { return own[0]; }
      if (key === "End") { return own[own.length - 1]; }
      if (key === "ArrowUp") { row = next(row, -1); }
      if (key === "ArrowDown") {
        if (!next(row, 1)) { atEnd(); }
        row = next(row, 1);
      }
      own = buttonsOf(row);
      return own[Math.min(place, own.length - 1)];
    }

    list.setAttribute("role", "grid");
    list.addEventListener("focusin", function (event) { if (event.target.tagName === "BUTTON") { stand(event.target); } });
    list.addEventListener("keydown", function (event) {
      if (!/^(Arrow(Up|Down|Left|Right)|Home|End)$/.test(event.key) || event.altKey || event.ctrlKey || event.metaKey) { return; }
      var row = rowOf(list, event.target);
      var place = Array.prototype.indexOf.call(buttonsOf(row), event.target);
      if (place < 0) { return; }
      event.preventDefault();
      var button = target(event.key, row, place);
      if (button) { button.focus(); }
    });
    return { settle: settle };
  }

  return { grid: grid };
}());
