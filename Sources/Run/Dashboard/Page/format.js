// Numbers as people read them.
const compact = new Intl.NumberFormat("en", { maximumSignificantDigits: 4, notation: "compact" });
const plain = new Intl.NumberFormat("en", { maximumSignificantDigits: 4 });
const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const fraction = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });

export const missing = "–";

export function number(value) {
  if (value === null || value === undefined || !Number.isFinite(value)) return missing;
  const size = Math.abs(value);
  if (size !== 0 && size < 1e-3) return value.toExponential(1).replace("e-", "e−").replace(/^-/, "−");
  return (size >= 1e5 ? compact : plain).format(value).replace(/^-/, "−");
}

export const count = value => value === null || value === undefined ? missing : whole.format(value);
export const percent = share => Number.isFinite(share) ? `${fraction.format(100 * share)} %` : missing;

export function bytes(value) {
  if (value === null || value === undefined) return missing;
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let unit = 0;
  while (Math.abs(value) >= 1024 && unit < units.length - 1) { value /= 1024; unit += 1; }
  return `${plain.format(Number(value.toPrecision(3)))} ${units[unit]}`;
}

export function seconds(value) {
  if (value === null || value === undefined || !Number.isFinite(value)) return missing;
  if (value === 0) return "0 s";
  if (value < 1e-3) return `${plain.format(Number((value * 1e6).toPrecision(2)))} µs`;
  if (value < 1) return `${plain.format(Number((value * 1e3).toPrecision(3)))} ms`;
  if (value < 60) return `${plain.format(Number(value.toPrecision(3)))} s`;
  if (value < 3600) return `${Math.floor(value / 60)} min ${Math.round(value % 60)} s`;
  if (value < 86400) return `${Math.floor(value / 3600)} h ${Math.floor(value % 3600 / 60)} min`;
  return `${Math.floor(value / 86400)} d ${Math.floor(value % 86400 / 3600)} h`;
}

// Where something comes from elsewhere, it is text and nothing else.
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}
