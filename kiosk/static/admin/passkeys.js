/* Passkeys: asks the browser's own dialogue, and sends its answer as an ordinary form. Without this file the forms stay hidden. */
(function () {
  "use strict";

  if (!window.PublicKeyCredential || !navigator.credentials || !window.Promise) { return; }

  function bytes(text) {
    var plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    var found = new Uint8Array(plain.length);
    for (var i = 0; i < plain.length; i += 1) { found[i] = plain.charCodeAt(i); }
    return found;
  }

  function text(buffer) {
    var found = "";
    var all = new Uint8Array(buffer);
    for (var i = 0; i < all.length; i += 1) { found += String.fromCharCode(all[i]); }
    return btoa(found).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }

  function asked(form) {
    var options = JSON.parse(form.getAttribute("data-options"));
    var known = options.excludeCredentials || options.allowCredentials || [];
    options.challenge = bytes(options.challenge);
    if (options.user) { options.user.id = bytes(options.user.id); }
    known.forEach(function (one) { one.id = bytes(one.id); });
    return { publicKey: options };
  }

  function answered(credential) {
    var response = {};
    ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"].forEach(function (name) {
      if (credential.response[name]) { response[name] = text(credential.response[name]); }
    });
    return JSON.stringify({
      id: credential.id,
      rawId: text(credential.rawId),
      type: credential.type,
      response: response,
      clientExtensionResults: {}
    });
  }

  Array.prototype.forEach.call(document.querySelectorAll("form.passkey"), function (form) {
    var status = form.querySelector("[role=status]");
    form.hidden = false;
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      status.textContent = "";
      navigator.credentials[form.getAttribute("data-act")](asked(form)).then(function (credential) {
        form.elements.answer.value = answered(credential);
        form.submit();
      }).catch(function () {
        status.textContent = "No passkey was chosen. Press the button to try again, or use a code.";
      });
    });
  });
  Array.prototype.forEach.call(document.querySelectorAll(".without-passkeys"), function (note) { note.hidden = true; });
}());
