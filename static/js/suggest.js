// Suggestions under a search box: a combobox with a list, after the pattern of the ARIA Authoring Practices Guide.
// Without this file the box is a plain form.
for (const form of document.querySelectorAll("form[data-suggestions]")) {
  const box = form.querySelector("input[type=search]");
  const list = document.createElement("ul");
  const status = document.createElement("p");
  list.id = `${box.id}-voorstellen`;
  list.className = "suggestions";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Voorstellen");
  list.hidden = true;
  status.className = "unseen";
  status.setAttribute("role", "status");
  box.after(list, status);
  for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-expanded", "false"],
    ["aria-controls", list.id], ["autocomplete", "off"]]) box.setAttribute(name, value);

  let asked = "", timer = 0, active = -1;

  const close = () => {
    list.hidden = true;
    active = -1;
    box.setAttribute("aria-expanded", "false");
    box.removeAttribute("aria-activedescendant");
  };

  const choose = (place) => {
    const options = [...list.children];
    active = (place + options.length + 1) % (options.length + 1);
    if (active === options.length) active = -1;  // back in the box
    options.forEach((option, number) => option.setAttribute("aria-selected", number === active));
    if (active < 0) return box.removeAttribute("aria-activedescendant");
    box.setAttribute("aria-activedescendant", options[active].id);
    options[active].scrollIntoView({block: "nearest"});
  };

  const show = ([words, names, kinds, addresses]) => {
    if (words !== box.value.trim() || document.activeElement !== box) return;
    list.replaceChildren(...names.map((name, place) => {
      const option = document.createElement("li");
      const kind = document.createElement("span");
      option.id = `${list.id}-${place}`;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      option.dataset.address = addresses[place];
      kind.textContent = kinds[place];
      option.append(`${name} `, kind);
      return option;
    }));
    close();
    list.hidden = !names.length;
    box.setAttribute("aria-expanded", String(!list.hidden));
    status.textContent = names.length ? `${names.length} ${names.length === 1 ? "voorstel" : "voorstellen"}` : "";
  };

  const ask = async () => {
    const words = box.value.trim();
    if (words === asked) return;
    asked = words;
    if (words.length < 3) return show([words, [], [], []]);
    try {
      const answer = await fetch(`${form.dataset.suggestions}?q=${encodeURIComponent(words)}`);
      if (answer.ok) show(await answer.json());
    } catch { close(); }  // offline: the form still works
  };

  box.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, 150); });
  box.addEventListener("blur", close);
  box.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !list.hidden) { event.preventDefault(); close(); }
    if (list.hidden) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      choose(event.key === "ArrowDown" ? active + 1 : active < 0 ? list.children.length - 1 : active - 1);
    } else if (event.key === "Enter" && active >= 0) {
      event.preventDefault();
      location.assign(list.children[active].dataset.address);
    }
  });
  list.addEventListener("mousedown", (event) => {
    event.preventDefault();  // keeps the box focused until the click
    const option = event.target.closest("[role=option]");
    if (option && event.button === 0) location.assign(option.dataset.address);
  });
}
