/* A part that is still at work is asked for again until it is done; without scripts the page is loaded anew by hand. */
(function () {
  "use strict";

  function wait() {
    var part = document.querySelector("[data-refresh]");
    if (!part) { return; }
    window.setTimeout(function () {
      fetch(window.location.href, { headers: { "HX-Request": "true" }, credentials: "same-origin" })
        .then(function (answer) { return answer.ok && !answer.redirected ? answer.text() : Promise.reject(answer.status); })
        .then(function (text) { part.parentElement.innerHTML = text; })
        .catch(function () { /* the line is bad: try again */ })
        .then(wait);
    }, Number(part.dataset.refresh));
  }
  wait();
})();
