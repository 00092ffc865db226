/* Parts of a page that look by themselves for what is new: [data-live] names the address, which says 204 when nothing is.
   Only while the page is in sight; a request says of itself that nobody pressed a key, so that a session still ends. */
(function () {
  "use strict";
  var EVERY = 4000, SLOWLY = 20000, PATIENT_LOOKS = 30;

  function look(part) {
    return fetch(part.dataset.live, { headers: { "X-Unattended": "1" }, credentials: "same-origin", redirect: "manual" })
      .then(function (answer) {
        if (answer.status === 204) { return true; }
        if (answer.type === "opaqueredirect") { window.location.reload(); return false; }  // the session is over: to the log-in
        if (answer.status !== 200) { return answer.status >= 500 || answer.status === 429; }
        return answer.text().then(function (text) {
          var box = document.createElement("template");
          box.innerHTML = text;
          var fresh = box.content.firstElementChild;
          if (!fresh || fresh.id !== part.id) { return false; }
          var focused = part.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
          part.replaceWith(fresh);
          if (focused) {
            var again = Array.prototype.find.call(fresh.querySelectorAll("a[href]"), function (link) { return link.getAttribute("href") === focused; });
            if (again) { again.focus(); }
          }
          return true;
        });
      });
  }

  function watch(id, wait, looks) {
    window.setTimeout(function () {
      var part = document.getElementById(id);
      if (!part || !part.dataset.live) { return; }
      if (document.visibilityState !== "visible") { watch(id, EVERY, looks); return; }
      // Many may watch the same kind of page behind one address: [data-slows] looks less often after two minutes.
      var next = "slows" in part.dataset && looks > PATIENT_LOOKS ? SLOWLY : EVERY;
      look(part).then(
        function (goesOn) { if (goesOn) { watch(id, next, looks + 1); } },
        function () { watch(id, EVERY * 3, looks + 1); }  // no signal just now
      );
    }, wait);
  }
  document.querySelectorAll("[data-live]").forEach(function (part) { watch(part.id, EVERY, 0); });
})();
