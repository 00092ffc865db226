/* The scan screen: the number is checked while it is typed, name and trade survive a lost signal, and the phone remembers where
   its receipt is.  The document number and the phone number are never kept. */
(function () {
  "use strict";
  var WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2], SIGNS = "10X98765432";

  function kept(key, value) {
    try {
      if (value === undefined) { return window.localStorage.getItem(key); }
      if (value === null) { window.localStorage.removeItem(key); } else { window.localStorage.setItem(key, value); }
    } catch (error) { /* a browser that keeps nothing */ }
    return null;
  }

  var receipt = document.querySelector("[data-receipt]");
  if (receipt) {
    kept("scan-receipt-" + receipt.dataset.enterprise, receipt.dataset.receipt);
    kept("scan-draft-" + receipt.dataset.enterprise, null);
    return;
  }
  var form = document.getElementById("scan");
  if (!form) { return; }
  var place = form.dataset.enterprise;

  var recall = document.getElementById("recall"), address = kept("scan-receipt-" + place);
  if (recall && address && /^\/s\/receipt\/[a-z0-9]+\/$/.test(address)) {
    recall.querySelector("a").setAttribute("href", address);
    recall.hidden = false;
  }

  // --- draft: what is no number ---
  var name = form.elements.name, trades = Array.prototype.slice.call(form.querySelectorAll("input[name=trade]"));
  var draft = null;
  try { draft = JSON.parse(kept("scan-draft-" + place) || "null"); } catch (error) { draft = null; }
  if (draft && !form.hasAttribute("data-typed")) {
    if (!name.value) { name.value = draft.name || ""; }
    trades.forEach(function (trade) { if (draft.trade && trade.value === draft.trade) { trade.checked = true; } });
  }
  form.addEventListener("input", function () {
    var chosen = trades.find(function (trade) { return trade.checked; });
    kept("scan-draft-" + place, JSON.stringify({ name: name.value.slice(0, 80), trade: chosen ? chosen.value : "" }));
  });

  // --- checks while typing; the server checks again ---
  function told(field, text, isGood) {
    var line = document.getElementById(field + "-check");
    line.textContent = text;
    line.classList.toggle("good", isGood);
    line.classList.toggle("bad", !isGood);
  }
  function plain(text) {
    return text.normalize("NFKC").replace(/[\s\u200b-\u200d\ufeff-]/g, "").toUpperCase().replace(/[×Х]/g, "X");
  }
  form.elements.id_number.addEventListener("input", function () {
    var number = plain(this.value);
    if (number.length < 18) { told("id_number", number ? "还差 " + (18 - number.length) + " 位" : "", true); return; }
    if (!/^[0-9]{17}[0-9X]$/.test(number)) { told("id_number", "应为 18 位，末位是数字或 X", false); return; }
    var sum = WEIGHTS.reduce(function (all, weight, at) { return all + weight * Number(number[at]); }, 0);
    var year = Number(number.slice(6, 10)), month = Number(number.slice(10, 12)), day = Number(number.slice(12, 14));
    var born = new Date(year, month - 1, day);
    if (SIGNS[sum % 11] !== number[17] || born.getMonth() !== month - 1 || born.getDate() !== day) {
      told("id_number", "号码对不上，请对照身份证逐位核对", false);
      return;
    }
    told("id_number", year + "年" + month + "月" + day + "日出生，" + (Number(number[16]) % 2 ? "男" : "女"), true);
  });
  form.elements.phone.addEventListener("input", function () {
    var number = plain(this.value).replace(/^(\+86|0086)/, "");
    if (number.length < 11) { told("phone", "", true); return; }
    var isGood = /^1[3-9][0-9]{9}$/.test(number);
    told("phone", isGood ? "号码格式正确" : "应为 11 位手机号码", isGood);
  });
})();
