// Says that a form was sent and is at work, for as long as its answer takes, and keeps it from being sent twice.
document.querySelectorAll("form.long").forEach(form => {
  const [button, busy] = [form.querySelector("[type=submit]"), form.querySelector(".busy")]
  const tell = at_work => {
    button.disabled = at_work
    busy.hidden = !at_work
  }
  form.addEventListener("submit", () => tell(true))
  addEventListener("pageshow", () => tell(false))
})
