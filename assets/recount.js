// Reckons the published figures anew from the published log: loads the log piece by piece into the module that reckons, and shows
// what it says. Sentences are in the page. Without this script the section stays hidden and the page says what else one can do.
const root = document.getElementById("recount");
const at = (id) => document.getElementById(id);
const say = (sentence, values) => sentence.replace(/{(\w+)}/g, (hole, name) => values[name] ?? hole);
const told = (text) => (at("told").textContent = text);
const number = new Intl.NumberFormat(document.documentElement.lang);
const SHOWN = 200;

async function get(address, options) {
  const answer = await fetch(address, options);
  if (!answer.ok) throw new Error(`${answer.status} ${address}`);
  return answer;
}

async function reckon() {
  const data = root.dataset;
  const { instance } = await WebAssembly.instantiate(await (await get(data.module)).arrayBuffer(), {});
  const { memory, input, feed, compare, output } = instance.exports;
  const put = (bytes) => {
    // The memory may have grown and be another one afterwards.
    const place = input(bytes.length);
    new Uint8Array(memory.buffer, place, bytes.length).set(bytes);
  };

  const text = await (await get(data.figures, { cache: "no-cache" })).text();
  const published = JSON.parse(text);
  let read = 0;
  for (const address of published.logs) {
    // Of the same moment as the figures, whatever happens meanwhile.
    const answer = await get(`${address}?upto=${encodeURIComponent(published.as_of)}`);
    for (const reader = answer.body.getReader(); ; ) {
      const { done, value } = await reader.read();
      if (done) break;
      put(value);
      feed();
      read += value.length;
      told(say(data.reading, { name: address.split("/").pop(), lines: number.format(Math.round(read / 1024)) }));
    }
  }
  put(new TextEncoder().encode(text));
  const length = compare();
  const found = JSON.parse(new TextDecoder().decode(new Uint8Array(memory.buffer, output(), length)));
  if (found.error) throw new Error(found.error);
  return { ...found, published };
}

function show({ holds, unread, verdict, published }) {
  const data = root.dataset;
  const counts = { differ: number.format(verdict.differ.length) };
  for (const name of ["agree", "months", "lines", "dossiers"]) counts[name] = number.format(verdict[name]);
  told(say(holds ? data.agrees : data.differs, counts));
  const faults = verdict.gaps.slice(0, SHOWN).map(([dossier, seq]) => say(data.gap, { dossier, seq }));
  if (verdict.twice) faults.push(say(data.twice, { count: verdict.twice }));
  if (unread) faults.push(say(data.unread, { count: unread }));
  if (verdict.differ.length > SHOWN) faults.push(say(data.more, { count: verdict.differ.length - SHOWN }));
  at("faults").replaceChildren(...faults.map((fault) => Object.assign(document.createElement("li"), { textContent: fault })));
  const tiers = JSON.parse(data.tiers);
  const rows = verdict.differ.slice(0, SHOWN).map((difference) => {
    const row = at("difference").content.cloneNode(true);
    const agency = published.agencies[difference.agency] ?? difference.agency;
    const line = [tiers[difference.tier], agency, difference.field === "*" ? data.others : difference.field].join(" · ");
    const cells = [difference.figure, difference.month.slice(0, 7), line, number.format(difference.published), number.format(difference.reckoned)];
    row.querySelectorAll("th, td").forEach((cell, place) => (cell.textContent = cells[place]));
    return row;
  });
  at("differences").querySelector("tbody").replaceChildren(...rows);
  at("differences").hidden = rows.length === 0;
}

root.hidden = false;
at("reckon").addEventListener("click", async () => {
  at("reckon").disabled = true;
  try {
    show(await reckon());
  } catch (error) {
    told(say(root.dataset.failed, { reason: error.message }));
  } finally {
    at("reckon").disabled = false;
  }
});
