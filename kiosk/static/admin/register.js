/* The open register: rows drawn a hundred at a time, marking by name, groups, what was changed. Names live in this
   file's variables alone, and leave with the curtain; letters half typed stay two minutes. */
(function () {
  "use strict";

  var curtain = window.kioskCurtain;
  var place = document.getElementById("curtain");
  if (!curtain || !place || !place.getAttribute("data-words")) { return; }

  var AT_ONCE = 100;
  var words = JSON.parse(place.getAttribute("data-words"));
  var markAt = place.getAttribute("data-mark");
  var undoAt = place.getAttribute("data-undo");
  var claimsAt = place.getAttribute("data-claims");
  var settleAt = place.getAttribute("data-settle");
  var historyAt = place.getAttribute("data-history");
  var token = document.querySelector("#reveal [name=csrf_token]").value;
  var names = document.getElementById("names");
  var tools = document.getElementById("tools");
  var field = document.getElementById("find");
  var sort = document.getElementById("sort");
  var setTo = document.getElementById("set-to");
  var why = document.getElementById("why");
  var rows = [];      /* {id, name, apart, reads, version, act, disputed, proof, folded, item} */
  var byId = {};
  var walkIns = [];
  var drawn = 0;
  var grid = null;    /* the list of names, as the keyboard goes through it */
  var lookedAt = "";  /* whose details are open in place of the names */
  var box = null;

  /* What a student disputes is neither, until an office has decided. */
  function isOpenRow(row) { return !row.disputed && /^(not_recorded|not_observed|absent)$/.test(row.reads); }
  function isPresent(row) { return !row.disputed && /^(present|unable)/.test(row.reads); }
  function said(row) { return words[row.reads] + (row.disputed ? ", disputed" : ""); }
  function group() { return tools.querySelector("[name=show]:checked").value; }

  function shown() {
    var which = group();
    var found = rows.filter(function (row) {
      return which === "all" || (which === "open" ? isOpenRow(row) : isPresent(row));
    });
    if (sort.value === "name") { return found; }
    /* By status, and by name where that is the same: not every browser's sort keeps the order it finds. */
    return found.map(function (row, place) { return { row: row, place: place }; })
      .sort(function (one, other) {
        return words[one.row.reads].localeCompare(words[other.row.reads]) || one.place - other.place;
      })
      .map(function (it) { return it.row; });
  }

  function element(kind, text, className) {
    var made = document.createElement(kind);
    if (text) { made.textContent = text; }
    if (className) { made.className = className; }
    return made;
  }

  /* A name, and what tells it from the same name of somebody else. */
  function full(who) { return who.apart ? who.name + " (" + who.apart + ")" : who.name; }

  function cell(child, className) {
    var made = element("span", "", className);
    made.setAttribute("role", "gridcell");
    made.appendChild(child);
    return made;
  }

  function named(who) {
    var name = element("bdi", who.name);
    var made = cell(name, "grow name");
    if (who.apart) { made.appendChild(element("span", " (" + who.apart + ")", "mute small")); }
    return made;
  }

  /* For `whom` a button is: "Mark present: Ada Lovelace" to whoever doesn't see the row it is in. */
  function button(label, className, act, whom) {
    var made = element("button", label, className);
    made.type = "button";
    if (whom) { made.setAttribute("aria-label", label + ": " + full(whom)); }
    made.addEventListener("click", act);
    return made;
  }

  function fill(row) {
    var item = row.item;
    item.textContent = "";
    item.appendChild(named(row));
    var status = element("span", said(row));
    item.appendChild(cell(status, "status" + (isPresent(row) ? " is-present" : "")));
    if (row.proof && claimsAt) {
      item.appendChild(cell(button("Take their word", "quiet", function () { decide(row, "accept"); }, row), "settle"));
      item.appendChild(cell(button("Decline", "quiet", function () { decide(row, "decline"); }, row), "settle"));
    }
    if (markAt && !(row.proof && claimsAt)) { item.appendChild(cell(action(row), "to-do")); }
    item.appendChild(cell(button("Details", "plain", function () { openHistory(row.id); }, row), "about"));
    if (row.proof) { item.appendChild(cell(element("span", row.proof), "proof mute small")); }
  }

  function action(row) {
    if (row.disputed) { return element("span", "The office decides", "mute small"); }
    if (row.act) { return button("Undo", "quiet", function () { undo(row); }, row); }
    if (isOpenRow(row) || row.reads === "unable_to_check_in") {
      var label = "Mark " + words[setTo.value].toLowerCase();
      return button(label, "quiet", function () { mark(row, setTo.value, why.value, ""); }, row);
    }
    var isDecided = /^(authorised|exempt|void)$/.test(row.reads);
    if (isDecided) { return element("span"); }
    return button("Take back", "quiet", function () { mark(row, "not_recorded", "mistake", ""); }, row);
  }

  function rowItem() {
    var made = element("div", "", "row");
    made.setAttribute("role", "row");
    return made;
  }

  function listNamed(label) {
    var made = element("div", "", "rows names");
    made.setAttribute("aria-label", label);
    names.appendChild(made);
    return made;
  }

  function more() {
    var list = names.querySelector(".rows");
    var all = shown();
    all.slice(drawn, drawn + AT_ONCE).forEach(function (row) {
      row.item = rowItem();
      fill(row);
      list.appendChild(row.item);
    });
    drawn = Math.min(drawn + AT_ONCE, all.length);
    var rest = names.querySelector(".rest");
    rest.textContent = "";
    if (drawn < all.length) {
      rest.appendChild(button("Show more (" + (all.length - drawn) + " are left)", "quiet", function () {
        var first = drawn;
        more();
        var next = list.children[first] && list.children[first].querySelector("button");
        if (next) { next.focus(); }
      }));
    }
    if (!all.length) {
      list.appendChild(rowItem()).appendChild(cell(element("span", "Nobody here."), "empty"));
    }
    grid.settle();
  }

  function drawRows() {
    rows.forEach(function (row) { row.item = null; });
    names.textContent = "";
    grid = window.kioskRows.grid(listNamed("Names"), function () { if (drawn < shown().length) { more(); } });
    names.appendChild(element("p", "", "rest"));
    drawn = 0;
    more();
    drawWalkIns();
    count();
  }

  function drawWalkIns() {
    if (!walkIns.length) { return; }
    names.appendChild(element("h2", "Came, not on the list"));
    var list = listNamed("Came, not on the list");
    var own = window.kioskRows.grid(list, function () { return; });
    walkIns.forEach(function (came) {
      var item = rowItem();
      item.appendChild(named(came));
      if (settleAt) {
        item.appendChild(cell(button("Take in", "quiet", function () { settle(came, item, own, "accept"); }, came), "settle"));
        item.appendChild(
          cell(button("Not for this session", "quiet", function () { settle(came, item, own, "decline"); }, came), "settle")
        );
      }
      list.appendChild(item);
    });
    own.settle();
  }

  function count() {
    var open = rows.filter(isOpenRow).length;
    var found = { all: rows.length, open: open, present: rows.filter(isPresent).length };
    Object.keys(found).forEach(function (which) {
      tools.querySelector("[data-count=" + which + "]").textContent = String(found[which]);
    });
  }

  function post(address, fields, then, refused) {
    var pairs = Object.keys(fields).map(function (name) { return name + "=" + encodeURIComponent(fields[name]); });
    curtain.send(address, "csrf_token=" + encodeURIComponent(token) + "&" + pairs.join("&"), function (text) {
      then(JSON.parse(text));
    }, refused && function (text) { refused(text ? JSON.parse(text) : {}); });
  }

  function take(answer, row, hadFocus) {
    if (answer.row) {
      row.reads = answer.row[2];
      row.version = answer.row[3];
      row.act = answer.row[4];
      row.disputed = answer.row[6];
      row.proof = answer.row[7] || "";
      if (row.item) {
        fill(row);
        grid.settle();
        if (hadFocus) { row.item.querySelector("button").focus(); }
      }
      count();
    }
    if (answer.said) { curtain.say(full(row) + ": " + answer.said); }
  }

  function hasFocus(row) { return !!row.item && row.item.contains(document.activeElement); }

  function mark(row, status, reason, typed) {
    var fields = { student: row.id + ":" + row.version, status: status, reason: reason };
    if (status === "not_recorded" && reason === "was_there") { fields.reason = "mistake"; }
    post(markAt, fields, function (answer) { take(answer, row, hasFocus(row)); }, function (answer) {
      take(answer, row, hasFocus(row));
      /* What was typed is not lost with the answer. */
      if (typed && !field.value) { field.value = typed; box.look(); }
    });
  }

  /* What somebody says who could not check in: taken at their word, or not. */
  function decide(row, how) {
    var fields = {};
    fields[how] = row.id;
    post(claimsAt, fields, function (answer) { take(answer, row, hasFocus(row)); }, function (answer) {
      take(answer, row, hasFocus(row));
    });
  }

  function undo(row) {
    post(undoAt, { student: row.id + ":" + row.version + ":" + row.act }, function (answer) {
      take(answer, row, hasFocus(row));
    }, function (answer) { take(answer, row, hasFocus(row)); });
  }

  function settle(came, item, own, how) {
    var fields = {};
    fields[how] = came.id;
    post(settleAt, fields, function (answer) {
      walkIns = walkIns.filter(function (it) { return it !== came; });
      item.textContent = "";
      item.appendChild(named(came));
      item.appendChild(cell(element("span", how === "accept" ? "Taken in" : "Not for this session"), "status"));
      if (answer.act && undoAt) {
        item.appendChild(cell(button("What was changed", "plain", function () { openHistory(""); }), "about"));
        item.querySelector("button").focus();
      }
      own.settle();
      curtain.say(full(came) + ": " + answer.said);
    }, function (answer) { curtain.say(answer.said || ""); });
  }

  function openHistory(student) {
    lookedAt = student;
    curtain.open(historyAt, "csrf_token=" + encodeURIComponent(token) + "&student=" + student);
  }

  /* The curtain's hooks -------------------------------------------------------------------------- */

  curtain.hooks.draw = function (content) {
    if (content.charAt(0) === "{") {
      var answer = JSON.parse(content);
      rows = answer.rows.map(function (it) {
        return {
          id: it[0], name: it[1], reads: it[2], version: it[3], act: it[4], apart: it[5], disputed: it[6], proof: it[7] || "",
          folded: "", item: null
        };
      });
      byId = {};
      rows.forEach(function (row) { byId[row.id] = row; });
      walkIns = answer.walkIns.map(function (it) { return { id: it[0], name: it[1], apart: it[2] }; });
      tools.hidden = false;
      drawRows();
      return;
    }
    names.innerHTML = content;
    tools.hidden = true;
    if (rows.length) {
      names.appendChild(element("p", "", "rest")).appendChild(button("Back to the names", "quiet", goBack));
    }
  };

  /* To the row that somebody came from. */
  function goBack() {
    var row = byId[lookedAt];
    tools.hidden = false;
    drawRows();
    while (row && !row.item && drawn < shown().length) { more(); }
    var from = row && row.item ? row.item.querySelector(".about button") : field;
    if (from) { from.focus(); }
  }

  curtain.hooks.opened = function () {
    curtain.restore(field);
    if (box) { box.look(); }
    var heading = document.getElementById("changes");
    var isMouse = !window.matchMedia || window.matchMedia("(pointer: fine)").matches;
    /* On a phone the field would bring its keyboard up over the names. */
    (heading || (field && isMouse ? field : document.getElementById("close"))).focus();
  };

  curtain.hooks.left = function () {
    curtain.putAway(field);
    if (box) { box.clear(); }
    rows = [];
    byId = {};
    walkIns = [];
    tools.hidden = true;
  };

  /* Tools ---------------------------------------------------------------------------------------- */

  if (field) {
    box = window.kioskNames.combobox(field, document.getElementById("matches"), {
      find: function (parts) {
        var fitting = rows.filter(function (row) {
          row.folded = row.folded || window.kioskNames.fold(row.name);
          return window.kioskNames.fits(parts, row.folded);
        });
        /* Whoever is still missing comes first: they are mostly whom somebody looks for. */
        return fitting.filter(isOpenRow).concat(fitting.filter(function (row) { return !isOpenRow(row); }))
          .map(function (row) { return { key: row.id, name: full(row), more: said(row) }; });
      },
      take: function (key, typed) { mark(byId[key], setTo.value, why.value, typed); }
    });
    setTo.addEventListener("change", function () { if (rows.length) { drawRows(); } });
  }

  tools.addEventListener("change", function (event) {
    if ((event.target.name === "show" || event.target === sort) && rows.length) { drawRows(); }
  });

  document.getElementById("history").addEventListener("submit", function (event) {
    event.preventDefault();
    lookedAt = "";
    curtain.open(historyAt, curtain.fieldsOf(event.target));
  });
}());
