// An address may carry the token behind "#token=", which browsers send to nobody.
const given = new URLSearchParams(location.hash.slice(1)).get("token");
if (location.hash === "#wrong") document.getElementById("wrong").hidden = false;
if (given) {
  history.replaceState(null, "", "/login");
  document.getElementById("token").value = given;
  document.querySelector("form").submit();
}
