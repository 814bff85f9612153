// Reckons published figures from a published log with the module that browsers are given: `recount.mjs MODULE FIGURES.json LOG…`.
// Prints the verdict; fails where anything does not agree.
import { readFileSync } from "node:fs";

const [module, figures, ...logs] = process.argv.slice(2);
const { instance } = await WebAssembly.instantiate(readFileSync(module), {});
const { memory, input, feed, compare, output } = instance.exports;
const put = (bytes) => {
  // The memory may have grown and be another one afterwards.
  const place = input(bytes.length);
  new Uint8Array(memory.buffer, place, bytes.length).set(bytes);
};
for (const log of logs) {
  const bytes = readFileSync(log);
  // Cut anywhere, as the network cuts.
  for (let from = 0; from < bytes.length; from += 65521) {
    put(bytes.subarray(from, from + 65521));
    feed();
  }
}
put(readFileSync(figures));
const length = compare();
const found = JSON.parse(new TextDecoder().decode(new Uint8Array(memory.buffer, output(), length)));
console.log(JSON.stringify(found));
process.exit(found.holds && found.verdict.agree > 0 ? 0 : 1);
