// What is ticked goes along to the other pages of a list and through its filter, in the address as `lijst` does it
// when one comes from a list. Without this, a page sends only its own ticks.
const boxes = document.querySelector(".take");
const isThisList = (address) => new URL(address).pathname === location.pathname;

function carry() {
  const list = new FormData(boxes).getAll("p").join("-");
  for (const link of document.querySelectorAll("main a[href*='?']")) {
    const address = new URL(link.href);
    if (isThisList(link.href)) {
      address.searchParams.set("lijst", list);
      link.href = address;
    }
  }
  for (const filter of document.querySelectorAll("main form:not(.take)")) {
    if (isThisList(filter.action)) {
      const field = filter.elements.lijst ?? filter.appendChild(document.createElement("input"));
      Object.assign(field, { type: "hidden", name: "lijst", value: list });
    }
  }
}

boxes?.addEventListener("change", carry);
