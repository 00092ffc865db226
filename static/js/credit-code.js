// A credit code is judged while the form is being filled in; without this script the button beside it does the same.
(() => {
  const field = document.querySelector("[data-check]");
  const place = document.getElementById("credit_code-found");
  if (!field || !place) return;
  let asked = "";
  const look = async () => {
    const code = field.value.replace(/[\s-]/g, "");
    if (code.length < 18 || code === asked) return;
    asked = code;
    const answer = await fetch(`${field.dataset.check}?credit_code=${encodeURIComponent(code)}`).catch(() => null);
    if (answer && answer.ok && field.value.replace(/[\s-]/g, "") === code) place.innerHTML = await answer.text();
  };
  field.addEventListener("input", look);
  field.addEventListener("change", look);
})();
