/* What was typed into a form outlives a reload, a lost signal and a log-in that ended meanwhile: for an hour, in this tab only,
   for the same person.  Numbers that name somebody, passwords and files are never kept.  Without this file forms work as ever. */
(function () {
  "use strict";

  var NAME = "typed", HOUR = 3600000, NEVER = /(^|_)number$|account|phone|introducer|^code$|card|passw|digest|version|consent|commitment|checked|website/;
  var who = document.body.dataset.who || "", here = window.location.pathname + window.location.search;

  function forms() {
    return Array.prototype.filter.call(document.forms, function (form) {
      return form.method === "post" && form.id !== "hire" && form.querySelector("input:not([type=hidden]):not([type=file]), select, textarea");
    });
  }
  function fields(form) {
    return Array.prototype.filter.call(form.elements, function (f) {
      return f.name && !/^(hidden|file|password|tel|submit|button|fieldset)$/.test(f.type) && !NEVER.test(f.name);
    });
  }
  function read() {
    try { return JSON.parse(sessionStorage.getItem(NAME) || "null"); } catch (broken) { return null; }
  }
  function drop() { try { sessionStorage.removeItem(NAME); } catch (none) { /* nothing to drop */ } }
  function keep(form, isSent) {
    var kept = { who: who, at: Date.now(), page: here, form: forms().indexOf(form), sent: isSent, values: [] };
    fields(form).forEach(function (f) {
      kept.values.push([f.name, f.type === "checkbox" || f.type === "radio" ? f.value : null,
        f.type === "checkbox" || f.type === "radio" ? f.checked : f.value]);
    });
    try { sessionStorage.setItem(NAME, JSON.stringify(kept)); } catch (full) { /* private window: nothing is kept */ }
  }
  function put(form, values) {
    var changed = 0;
    values.forEach(function (one) {
      fields(form).forEach(function (f) {
        if (f.name !== one[0] || (one[1] !== null && f.value !== one[1])) { return; }
        var key = one[1] === null ? "value" : "checked";
        if (f[key] !== one[2]) { f[key] = one[2]; changed += 1; }
      });
    });
    return changed;
  }
  function say(form) {
    var box = document.createElement("div"), text = document.createElement("p"), again = document.createElement("button");
    var isPhone = document.body.classList.contains("phone");
    box.className = isPhone ? "m-notice m-notice-note" : "note note-info";
    again.className = isPhone ? "" : "door-quiet";
    box.setAttribute("role", "status");
    text.textContent = "已恢复上次没有提交成功的内容（号码和文件除外），请核对后提交。";
    again.type = "button";
    again.textContent = "清空重填";
    again.addEventListener("click", function () { drop(); window.location.replace(here); });
    box.appendChild(text);
    box.appendChild(again);
    form.parentNode.insertBefore(box, form);
  }
  function restore() {
    var kept = read();
    if (!kept) { return; }
    if (kept.who !== who || Date.now() - kept.at > HOUR) { drop(); return; }
    if (kept.page !== here) { if (kept.sent) { drop(); } return; }
    // Sent, and the page says so: done.  Sent back with its mistakes named: the page holds what was typed itself.
    if (kept.sent && document.querySelector(".note-success [role=status]")) { drop(); return; }
    var form = forms()[kept.form];
    if (!form || document.querySelector("[aria-invalid], .note-error")) { return; }
    if (put(form, kept.values)) { say(form); } else { drop(); }
  }

  document.addEventListener("input", function (event) {
    var form = event.target.form;
    if (form && forms().indexOf(form) >= 0) { keep(form, false); }
  });
  document.addEventListener("submit", function (event) {
    if (forms().indexOf(event.target) >= 0) { keep(event.target, true); }
  });
  restore();
})();
