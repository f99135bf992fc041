// Scan to report, continuously: each barcode that the camera tells is reported at once and can be undone.
// The undo is a report of the opposite quantity, under a key of its own, offline as well.
const SHOWN = 8;

function report(form) {
  form.addEventListener("scanned", () => form.requestSubmit());
  form.querySelector("[data-scan-option]").hidden = false;
}

// The form is emptied after each report; to whom one sells stays until it is changed.
function keepCustomer(select) {
  select.addEventListener("change", () => {
    for (const option of select.options) option.defaultSelected = option.selected;
  });
}

// What was reported here since the page opened, each with an undo.
function follow(form) {
  const list = document.querySelector("[data-scan-list]");
  const template = document.querySelector("[data-scan-row]");
  let undoing = false;
  form.addEventListener("submit", () => {
    const item = form.elements.item.value.trim();
    const quantity = Number(form.elements.quantity.value);
    if (!item || !quantity || undoing) return;
    const row = template.content.cloneNode(true).firstElementChild;
    row.querySelector("[data-scan-item]").textContent = item;
    row.querySelector("[data-scan-count]").textContent = `× ${quantity}`;
    const day = form.elements.on.value;
    const to = form.elements.to?.value;
    row.querySelector("[data-scan-undo]").addEventListener("click", (event) => {
      event.currentTarget.disabled = true;
      row.querySelector("[data-scan-count]").replaceChildren(document.createElement("del"));
      row.querySelector("del").textContent = `× ${quantity}`;
      undoing = true;
      form.elements.item.value = item;
      form.elements.quantity.value = -quantity;
      form.elements.on.value = day;
      if (form.elements.to) form.elements.to.value = to;
      form.requestSubmit();
      undoing = false;
    });
    list.prepend(row);
    while (list.children.length > SHOWN) list.lastElementChild.remove();
    list.closest("[data-scan-done]").hidden = false;
  });
}

const form = document.querySelector("[data-scan]");
if (form) follow(form);
if (form?.elements.to) keepCustomer(form.elements.to);
if (form && navigator.mediaDevices) report(form);
