// Counts ticked reports, and ticks them without a new request. Without this file the links do it.
const boxes = [...document.querySelectorAll('input[name="report"][form="bulk"]')];
const count = document.querySelector("#bulk [data-count]");

function show() {
  const ticked = boxes.filter((box) => box.checked).length;
  if (count) count.textContent = ticked ? `(${ticked})` : "";
}

document.addEventListener("change", show);
for (const link of document.querySelectorAll("#bulk [data-select]")) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    for (const box of boxes) box.checked = link.dataset.select === "clean" && "clean" in box.dataset;
    show();
  });
}
show();
