/* Small comforts; every page works without them. */
(function () {
  "use strict";

  // A button that opens a confirm dialog is a link to the same form as a page.
  document.addEventListener("click", function (event) {
    var opener = event.target.closest("[data-opens]");
    if (opener) {
      var dialog = document.getElementById(opener.dataset.opens);
      if (dialog && dialog.showModal) { event.preventDefault(); dialog.showModal(); }
      return;
    }
    var closer = event.target.closest("[data-closes]");
    if (closer) { event.preventDefault(); closer.closest("dialog").close(); return; }
    document.querySelectorAll("details.menu[open]").forEach(function (menu) {
      if (!menu.contains(event.target)) { menu.open = false; }
    });
    if (event.target.closest("[data-why-close]")) { event.preventDefault(); closeWhy(); }
  });

  // A second tap on a button that is already at work does nothing.
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.dataset.sent) { event.preventDefault(); return; }
    if (form.method === "post" && !form.hasAttribute("data-download")) {
      form.dataset.sent = "1";
      form.querySelectorAll("button[type=submit], button:not([type])").forEach(function (button) {
        button.setAttribute("aria-busy", "true");
        if (button.dataset.busy) { button.textContent = button.dataset.busy; }
      });
    }
  });
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-sent]").forEach(function (form) {
      delete form.dataset.sent;
      form.querySelectorAll("[aria-busy]").forEach(function (button) { button.removeAttribute("aria-busy"); });
    });
  });
  // Whoever must confirm themselves first is asked on a page of its own: the form goes there by itself.
  document.addEventListener("htmx:beforeSwap", function (event) {
    var form = event.detail.requestConfig.elt;
    if (event.detail.xhr.status === 403 && form.hasAttribute("data-or-plainly")) {
      event.detail.shouldSwap = false;
      form.submit();
    }
  });
  document.addEventListener("htmx:afterRequest", function (event) { delete event.target.dataset.sent; });
  document.addEventListener("change", function (event) {
    var field = event.target.closest("[data-submits]");
    if (field) { field.form.requestSubmit ? field.form.requestSubmit() : field.form.submit(); }
  });

  // On a narrow screen the open tab is the one in sight.
  document.querySelectorAll(".tabs a[aria-current], .kin a[aria-current]").forEach(function (tab) {
    tab.parentElement.scrollLeft = tab.offsetLeft - tab.parentElement.offsetLeft - 16;
  });

  // The list beside the explanation of one line.
  function rows() { return Array.prototype.slice.call(document.querySelectorAll("[data-why-row]")); }
  function closeWhy() {
    var split = document.querySelector(".split");
    split.classList.remove("has-why");
    var row = document.querySelector("[data-why-row][aria-current]");
    document.getElementById("why").textContent = "";
    if (row) { row.removeAttribute("aria-current"); row.querySelector("a").focus(); }
    var here = new URL(window.location.href);
    here.searchParams.delete("line");
    window.history.replaceState(null, "", here);
  }
  document.addEventListener("htmx:afterSwap", function (event) {
    if (event.target.id !== "why") { return; }
    var opened = event.target.querySelector("[data-line]");
    if (!opened) { return; }
    document.querySelector(".split").classList.add("has-why");
    event.target.scrollTop = 0;
    rows().forEach(function (row) {
      if (row.dataset.whyRow === opened.dataset.line) { row.setAttribute("aria-current", "true"); }
      else { row.removeAttribute("aria-current"); }
    });
  });
  document.addEventListener("keydown", function (event) {
    if (event.target.closest("input, select, textarea, dialog")) { return; }
    var all = rows(), at = all.findIndex(function (row) { return row.hasAttribute("aria-current"); });
    if (at < 0) { return; }
    if (event.key === "Escape") { closeWhy(); return; }
    var step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && all[at + step]) {
      event.preventDefault();
      var link = all[at + step].querySelector("a");
      link.focus();
      link.click();
    }
  });
})();
