/* The form of a hire on the phone: fills itself from a card, answers while typing, survives a reload and a lost signal.
   Without this file the form is a plain one: the picture goes along with it, and everything is typed. */
(function () {
  "use strict";

  var DAY = 86400000, DRAFT_DAYS = 1;
  // Never in the draft: numbers that name a person, and consent, which is given anew each time.
  var DRAFTED = ["name", "trade", "other_trade", "is_front_line", "hired_on", "form", "contract_starts_on", "contract_ends_on",
    "is_open_ended", "origin", "key"];
  var form, sending = false, waiting = null, picture = null, checks = 0, days = {};

  function one(selector) { return form.querySelector(selector); }
  function field(name) { return form.elements[name]; }
  function value(name) { var f = field(name); return f ? f.value : ""; }
  function token() { return value("csrfmiddlewaretoken"); }

  // --- notices above the form ---
  function say(kind, text) {
    var box = document.getElementById("hire-notice");
    box.textContent = "";
    if (!text) { box.hidden = true; return; }
    var p = document.createElement("p");
    p.textContent = text;
    box.className = "m-notice m-notice-" + kind;
    box.appendChild(p);
    Array.prototype.slice.call(arguments, 2).forEach(function (action) {
      var button = document.createElement("button");
      button.type = "button";
      button.textContent = action.label;
      button.addEventListener("click", action.run);
      box.appendChild(button);
    });
    box.hidden = false;
  }

  function post(address, body, headers) {
    // "manual": a page that sends us to the log-in is an answer of its own, not the answer.
    return fetch(address, { method: "POST", body: body, credentials: "same-origin", redirect: "manual",
      headers: Object.assign({ "X-CSRFToken": token(), "X-Sent-By": "script" }, headers || {}) });
  }
  function loggedOut(answer) { return answer.type === "opaqueredirect" || answer.status === 403; }
  // The page stays open with everything on it, numbers too; the log-in has a tab of its own, and coming back sends.
  function sayLoggedOut() {
    say("bad", "登录已过期，还没有提交。已填内容都在本页：点“重新登录”，登录后回到本页，会自动继续。",
      { label: "重新登录", run: function () { window.open(form.dataset.logIn + "?next=" + encodeURIComponent("/m/"), "_blank"); } });
  }
  /* Whoever has logged in again, in whatever tab, has another token: it is fetched, and what waited for it goes on. */
  function renew() {
    return fetch(window.location.href, { credentials: "same-origin", redirect: "manual" }).then(function (answer) {
      return answer.ok ? answer.text() : "";
    }).then(function (html) {
      var fresh = html && new DOMParser().parseFromString(html, "text/html").querySelector("#hire [name=csrfmiddlewaretoken]");
      if (!fresh) { return false; }
      field("csrfmiddlewaretoken").value = fresh.value;
      return true;
    });
  }
  var afterLogIn = {}, isRenewing = false;
  function waitForLogIn(name, run, isSecond) {
    afterLogIn[name] = run;
    if (isSecond) { sayLoggedOut(); return; }
    goOn().then(function (is) { if (!is) { sayLoggedOut(); lookAgain(); } });
  }
  /* Whether somebody has logged in by now; an address that leads to the door costs next to nothing. */
  function lookAgain() {
    window.setTimeout(function () {
      if (!Object.keys(afterLogIn).length) { return; }
      if (document.visibilityState !== "visible") { lookAgain(); return; }
      goOn().then(function (is) { if (!is) { lookAgain(); } });
    }, 4000);
  }
  function goOn() {
    if (isRenewing) { return Promise.resolve(true); }
    isRenewing = true;
    return renew().catch(function () { return false; }).then(function (is) {
      isRenewing = false;
      if (!is) { return false; }
      var due = afterLogIn;
      afterLogIn = {};
      say("", "");
      Object.keys(due).forEach(function (name) { due[name](true); });
      return true;
    });
  }

  // --- draft ---
  // Every tab has a draft of its own: two of them may be filled in for two people.
  function prefix() { return "hire-draft-" + form.dataset.draft + "-"; }
  function tab() {
    var mine;
    try {
      mine = sessionStorage.getItem("tab") || String(Math.random()).slice(2);
      sessionStorage.setItem("tab", mine);
    } catch (none) { mine = "0"; }
    return mine;
  }
  function draftName() { return prefix() + tab(); }
  function saveDraft() {
    var kept = { at: Date.now() };
    DRAFTED.forEach(function (name) {
      var f = field(name);
      if (!f) { return; }
      kept[name] = f.type === "checkbox" ? (f.checked ? "1" : "") : f.value;
    });
    try { localStorage.setItem(draftName(), JSON.stringify(kept)); } catch (full) { /* private window: no draft */ }
  }
  function dropDraft() { try { localStorage.removeItem(draftName()); } catch (none) { /* nothing to drop */ } }
  function read(name) {
    var kept;
    try { kept = JSON.parse(localStorage.getItem(name) || "null"); } catch (broken) { kept = null; }
    if (kept && Date.now() - kept.at <= DRAFT_DAYS * DAY) { return kept; }
    try { localStorage.removeItem(name); } catch (none) { /* nothing to drop */ }
    return null;
  }
  function restoreDraft() {
    var mine = read(draftName());
    if (mine) { fillFrom(mine); return; }
    // Left by a tab that was closed, or still being filled in there: whoever is here says which.
    var names = [];
    try { names = Object.keys(localStorage).filter(function (name) { return name.indexOf(prefix()) === 0; }); } catch (none) { /* no drafts */ }
    var others = names.filter(function (name) { var kept = read(name); return kept && (kept.name || kept.trade); });
    others.sort(function (a, b) { return read(b).at - read(a).at; });
    if (!others.length) { return; }
    var last = read(others[0]);
    say("note", "有一份没有提交的登记" + (last.name ? "：" + last.name : "") + "。",
      { label: "接着填", run: function () { localStorage.removeItem(others[0]); fillFrom(last); saveDraft(); } },
      { label: "不要了", run: function () { localStorage.removeItem(others[0]); say("", ""); } });
  }
  function fillFrom(kept) {
    DRAFTED.forEach(function (name) {
      var f = field(name);
      if (!f || kept[name] === undefined) { return; }
      if (name === "trade" && !kept.trade && !kept.other_trade) { return; }  // nothing chosen is not 其他
      if (f.type === "checkbox") { f.checked = kept[name] === "1"; }
      else if (f instanceof RadioNodeList || kept[name] !== "") { f.value = kept[name]; }
    });
    days = { start: true, end: true };
    if (kept.name || kept.trade) {
      say("note", "已恢复上次没有提交的内容。证件号码和手机号码没有保存，请重新填写。", { label: "清空重填", run: function () {
        dropDraft(); window.location.replace(window.location.pathname);
      } });
    }
  }

  // --- contract: from the day of the hire on, twelve months ---
  function iso(day) { return day.toISOString().slice(0, 10); }
  function yearLater(text) {
    var p = text.split("-").map(Number), last = new Date(Date.UTC(p[0] + 1, p[1], 0)).getUTCDate();
    return iso(new Date(Date.UTC(p[0] + 1, p[1] - 1, Math.min(p[2], last)) - DAY));
  }
  function followHireDate() {
    if (!value("hired_on")) { return; }
    if (!days.start) { field("contract_starts_on").value = value("hired_on"); }
    followStart();
  }
  function followStart() {
    if (!days.end && value("contract_starts_on") && !field("is_open_ended").checked) {
      field("contract_ends_on").value = yearLater(value("contract_starts_on"));
    }
  }

  // --- answers while typing ---
  function showRemarks(answers) {
    Object.keys(answers).forEach(function (name) {
      var box = document.getElementById(name + "-known");
      if (!box) { return; }
      box.textContent = "";
      answers[name].forEach(function (remark) {
        var p = document.createElement("p");
        p.className = "m-remark m-remark-" + remark.level;
        p.textContent = { good: "✓ ", note: "！", bad: "✕ " }[remark.level] + remark.text;
        box.appendChild(p);
      });
    });
  }
  function check(names) {
    var body = new FormData(), number = ++checks;
    names.forEach(function (name) { if (value(name).trim()) { body.append(name, value(name)); } else { showRemarks(empty(name)); } });
    if (names.indexOf("introducer") >= 0 && value("id_number")) { body.append("id_number", value("id_number")); }
    if (!names.some(function (name) { return value(name).trim(); })) { return; }
    post(form.dataset.check, body).then(function (answer) { return answer.ok ? answer.json() : {}; }).then(function (answers) {
      if (number === checks || names.length === 1) { showRemarks(answers); }
    }).catch(function () { /* no network: the service checks when the form is sent */ });
  }
  function empty(name) { var none = {}; none[name] = []; return none; }

  // --- the card ---
  function toCheck(name) {
    var f = document.getElementById(name), label = f && form.querySelector("label[for=" + name + "]");
    if (!label || label.querySelector(".m-check")) { return; }
    var mark = document.createElement("span");
    mark.className = "m-check";
    mark.textContent = "请核对";
    label.appendChild(mark);
    f.closest(".field").classList.add("to-check");
  }
  function checked(f) {
    var box = f.closest(".field");
    if (!box || !box.classList.contains("to-check")) { return; }
    box.classList.remove("to-check");
    var mark = box.querySelector(".m-check");
    if (mark) { mark.remove(); }
  }
  function fill(fields) {
    var places = { name: "name", id_number: "id_number", address: "origin" }, unsure = 0, found = 0;
    Object.keys(places).forEach(function (name) {
      var f = field(places[name]), read = fields[name];
      checked(f);
      if (!read || !read.value) { if (name !== "address") { toCheck(places[name]); unsure += 1; } return; }
      found += 1;
      f.value = read.value;
      f.removeAttribute("aria-invalid");
      if (!read.is_sure) { toCheck(places[name]); unsure += 1; }
    });
    if (fields.address && fields.address.value) { var more = field("origin").closest("details"); if (more) { more.open = true; } }
    saveDraft();
    check(["name", "id_number"]);
    if (!found) { say("note", "没有认出证件上的字，请手工填写，或换个角度重拍。"); }
    else if (unsure) { say("note", "已识别。标着“请核对”的栏目看不太清，请对照证件核对。"); }
    else { say("good", "已识别，请对照证件核对一遍；有误可直接修改。"); }
  }
  function busyCard(text) {
    var box = document.getElementById("card-progress");
    box.hidden = !text;
    box.querySelector("span").textContent = text || "";
  }
  function smaller(file) {
    // A picture of several megabytes takes long where the signal is weak; what cannot be drawn here goes as it is.
    if (file.size < 1500000 || !window.createImageBitmap) { return Promise.resolve(file); }
    return createImageBitmap(file).then(function (map) {
      var scale = Math.min(1, 2000 / Math.max(map.width, map.height)), canvas = document.createElement("canvas");
      canvas.width = Math.round(map.width * scale);
      canvas.height = Math.round(map.height * scale);
      canvas.getContext("2d").drawImage(map, 0, 0, canvas.width, canvas.height);
      return new Promise(function (done) { canvas.toBlob(function (blob) { done(blob || file); }, "image/jpeg", 0.88); });
    }).catch(function () { return file; });
  }
  function takeCard(file) {
    picture = { file: file, is_sent: false };
    var mine = picture;
    field("card_picture").value = "";
    busyCard("正在上传照片…");
    say("", "");
    smaller(file).then(function (small) {
      mine.small = small;
      sendCard(mine);
    });
  }
  function sendCard(mine, isSecond) {
    var body = new FormData();
    body.append("card", mine.small, "card.jpg");
    post(form.dataset.card, body).then(function (answer) {
      if (loggedOut(answer)) {
        busyCard("");
        waitForLogIn("card", function (again) { if (mine === picture && !mine.is_sent) { sendCard(mine, again); } }, isSecond);
        return;
      }
      return answer.json().then(function (said) {
        if (mine !== picture) { return; }
        mine.is_sent = true;
        if (!answer.ok) { busyCard(""); say("bad", said.message); picture = null; return; }
        field("card_picture").value = said.reference;
        if (said.state === "reading") { busyCard("正在识别，约需几秒；可以先填下面的栏目。"); poll(mine, said.address, 0); }
        else { busyCard(""); }
      });
    }).catch(function () {
      busyCard("没有网络，恢复后自动上传照片；也可以先手工填写。");
      waitForNetwork("card", function () { if (mine === picture && !mine.is_sent) { sendCard(mine); } });
    });
  }
  function poll(mine, address, tries) {
    if (mine !== picture) { return; }
    fetch(address, { credentials: "same-origin", redirect: "manual" }).then(function (answer) {
      if (!answer.ok) { throw new Error("no answer"); }
      return answer.json();
    }).then(function (said) {
      if (mine !== picture) { return; }
      if (said.state === "read") { busyCard(""); fill(said.fields); return; }
      if (said.state === "failed") { busyCard(""); say("note", "这张照片没能识别，请手工填写；照片已保存。"); return; }
      again();
    }).catch(again);
    function again() {
      if (tries === 30) { say("note", "识别比平时慢，不必等待，可以先手工填写。"); }
      if (tries < 120) { window.setTimeout(function () { poll(mine, address, tries + 1); }, 1000); } else { busyCard(""); }
    }
  }
  function scanIntroducer(file) {
    showRemarks({ introducer: [{ level: "note", text: "正在读取工牌…" }] });
    smaller(file).then(function (small) {
      var body = new FormData();
      body.append("code", small, "code.jpg");
      return post(form.dataset.scan, body);
    }).then(function (answer) {
      return answer.json();
    }).then(function (said) {
      if (said.code) { field("introducer").value = said.code; check(["introducer"]); }
      else { showRemarks({ introducer: [{ level: "bad", text: said.message }] }); }
    }).catch(function () {
      showRemarks({ introducer: [{ level: "bad", text: "没有读到工牌，请检查网络后再扫，或填写手机号码。" }] });
    });
  }

  // --- sending: once, and again by itself until there is an answer ---
  function busy(is) {
    sending = is;
    var button = document.querySelector("button[form=hire]");
    if (!button.dataset.words) { button.dataset.words = button.textContent; }
    button.textContent = is ? button.dataset.busy : button.dataset.words;
    if (is) { button.setAttribute("aria-busy", "true"); } else { button.removeAttribute("aria-busy"); }
  }
  function send(isSecond) {
    var body = new FormData(form);
    ["card", "card_album", "code"].forEach(function (name) { body.delete(name); });
    if (picture && !picture.is_sent) { body.append("card", picture.small || picture.file, "card.jpg"); }
    busy(true);
    post(form.getAttribute("action") || window.location.pathname, body).then(function (answer) {
      if (answer.status >= 500) { throw new Error("the service is away"); }
      if (loggedOut(answer)) { busy(false); waitForLogIn("send", send, isSecond === true); return; }
      if (answer.status === 422) { return answer.text().then(showRefused); }
      if (!answer.ok) { busy(false); say("bad", answer.status === 429 ? "提交过于频繁，请稍候再试。" : "提交没有成功，请稍后再试。"); return; }
      return answer.json().then(function (said) { dropDraft(); window.location.assign(said.location); });
    }).catch(function () {
      busy(false);
      sending = true;  // a tap in between sends nothing of its own
      say("wait", "没有网络，还没有提交。已填内容都在本页，请不要关闭；网络恢复后会自动提交，不会重复登记。",
        { label: "现在重试", run: retry });
      waitForNetwork("send", send);
    });
  }
  var tasks = {}, pause = 2000;
  function waitForNetwork(name, run) {
    tasks[name] = run;
    window.clearTimeout(waiting);
    waiting = window.setTimeout(retry, pause);
    pause = Math.min(pause * 2, 30000);
  }
  function retry() {
    window.clearTimeout(waiting);
    var due = tasks;
    tasks = {};
    Object.keys(due).forEach(function (name) { due[name](); });
  }
  function showRefused(html) {
    var page = new DOMParser().parseFromString(html, "text/html"), main = document.getElementById("main");
    var kept = picture;
    main.replaceWith(document.adoptNode(page.getElementById("main")));
    busy(false);
    begin(false);
    picture = kept;
    if (picture && field("card_picture").value) { picture.is_sent = true; }
    window.scrollTo(0, 0);
    var wrong = one("[aria-invalid]");
    if (wrong) { wrong.focus({ preventScroll: true }); }
  }

  function begin(isFresh) {
    form = document.getElementById("hire");
    if (!form) { return; }
    if (isFresh && form.dataset.isBlank) { restoreDraft(); } else { days = { start: true, end: true }; }
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      event.stopPropagation();
      if (sending) { return; }
      pause = 2000;
      saveDraft();
      say("", "");
      send();
    });
    form.addEventListener("input", function (event) {
      var f = event.target;
      if (f.type === "file") { return; }
      checked(f);
      if (f.name === "other_trade") { one(".m-other input").checked = true; }
      saveDraft();
      if (f.name === "id_number" && f.value.replace(/\s/g, "").length === 18) { check(["id_number"]); }
    });
    form.addEventListener("change", function (event) {
      var f = event.target;
      if (f.name === "card" || f.name === "card_album") { if (f.files[0]) { takeCard(f.files[0]); } return; }
      if (f.name === "code") { if (f.files[0]) { scanIntroducer(f.files[0]); f.value = ""; } return; }
      if (["name", "id_number", "phone", "introducer"].indexOf(f.name) >= 0) { check([f.name]); }
      if (f.name === "hired_on") { followHireDate(); }
      if (f.name === "contract_starts_on") { days.start = true; followStart(); }
      if (f.name === "contract_ends_on") { days.end = true; if (f.value) { field("is_open_ended").checked = false; } }
      if (f.name === "is_open_ended") { if (f.checked) { field("contract_ends_on").value = ""; } else { days.end = false; followStart(); } }
      if (f.name === "trade" && f.dataset.front) { field("is_front_line").value = f.dataset.front; }
      saveDraft();
    });
  }

  window.addEventListener("online", retry);
  // Back from the log-in in another tab.
  document.addEventListener("visibilitychange", function () {
    if (document.visibilityState === "visible" && Object.keys(afterLogIn).length) { goOn(); }
  });
  // Back from the page of a hire that stands: the browser shows the form as it was sent, and a new one is wanted.
  window.addEventListener("pageshow", function (event) { if (event.persisted) { window.location.reload(); } });
  begin(true);
})();
