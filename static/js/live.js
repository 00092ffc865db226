/* Parts of a page that look by themselves for what is new: [data-live] names the address, which says 204 when nothing is.
   Only while the page is in sight; a request says of itself that nobody pressed a key, so that a session still ends. */
(function () {
  "use strict";
  var EVERY = 4000;

  function look(part) {
    return fetch(part.dataset.live, { headers: { "X-Unattended": "1" }, credentials: "same-origin", redirect: "error" })
      .then(function (answer) {
        if (answer.status === 204) { return true; }
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

  function watch(id, wait) {
    window.setTimeout(function () {
      var part = document.getElementById(id);
      if (!part || !part.dataset.live) { return; }
      if (document.visibilityState !== "visible") { watch(id, EVERY); return; }
      look(part).then(
        function (goesOn) { if (goesOn) { watch(id, EVERY); } },
        function () { watch(id, EVERY * 3); }  // no signal just now
      );
    }, wait);
  }
  document.querySelectorAll("[data-live]").forEach(function (part) { watch(part.id, EVERY); });
})();
