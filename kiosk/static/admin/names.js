/* A field that finds names among those already on the page: type a few letters, choose with the arrows, Enter takes one.
   Follows the combobox pattern with a list. Keeps no name; asks its owner for them. domain/names.py folds in the same way. */
window.kioskNames = (function () {
  "use strict";

  var AT_MOST = 8;
  var PLAIN = { "ß": "ss", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i" };

  /* Small letters without marks, hyphens as spaces. */
  function fold(text) {
    var small = text.toLowerCase();
    if (small.normalize) { small = small.normalize("NFKD"); }
    return small
      .replace(/[\u0300-\u036f\u064b-\u065f\u0591-\u05c7]/g, "")
      .replace(/[ßøłđðþæœı]/g, function (letter) { return PLAIN[letter]; })
      .replace(/[-\s]+/g, " ")
      .replace(/^ | $/g, "");
  }

  function fits(parts, folded) {
    var inWords = " " + folded;
    return parts.every(function (part) {
      var isPlain = /^[\x00-\x7f]*$/.test(part);
      return inWords.indexOf(" " + part) >= 0 || (!isPlain && folded.indexOf(part) >= 0);
    });
  }

  /* owner.find(parts) gives [{key, name, more}] in order; owner.take(key, typed) is told what was chosen. */
  function combobox(field, list, owner) {
    var found = [];
    var chosen = 0;

    function draw() {
      list.textContent = "";
      found.forEach(function (it, place) {
        var option = document.createElement("li");
        option.id = "match-" + place;
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", place === chosen ? "true" : "false");
        var name = document.createElement("span");
        name.dir = "auto";
        name.textContent = it.name;
        option.appendChild(name);
        option.appendChild(document.createTextNode(" "));
        var more = document.createElement("span");
        more.className = "mute small";
        more.textContent = it.more;
        option.appendChild(more);
        list.appendChild(option);
      });
      list.hidden = !found.length;
      field.setAttribute("aria-expanded", found.length ? "true" : "false");
      if (found.length) {
        field.setAttribute("aria-activedescendant", "match-" + chosen);
      } else {
        field.removeAttribute("aria-activedescendant");
      }
    }

    function look() {
      var typed = fold(field.value);
      found = typed ? owner.find(typed.split(" ")).slice(0, AT_MOST) : [];
      chosen = 0;
      draw();
    }

    function take(place) {
      if (!found[place]) { return; }
      var key = found[place].key;
      var typed = field.value;
      clear();
      owner.take(key, typed);
    }

    function clear() {
      field.value = "";
      found = [];
      chosen = 0;
      draw();
    }

    field.addEventListener("input", look);
    field.addEventListener("keydown", function (event) {
      if (event.isComposing || event.keyCode === 229) { return; }
      var step = { ArrowDown: 1, Down: 1, ArrowUp: -1, Up: -1 }[event.key];
      if (step && found.length) {
        event.preventDefault();
        chosen = (chosen + step + found.length) % found.length;
        draw();
      } else if (event.key === "Enter") {
        event.preventDefault();
        take(chosen);
      }
    });
    list.addEventListener("mousedown", function (event) { event.preventDefault(); });
    list.addEventListener("click", function (event) {
      var option = event.target;
      while (option !== list && option.parentNode !== list) { option = option.parentNode; }
      if (option !== list) { take(Array.prototype.indexOf.call(list.children, option)); }
    });

    return { look: look, clear: clear };
  }

  return { fold: fold, fits: fits, combobox: combobox };
}());
