'use strict';
// Draws each table of the result. Keys of a chart that has the focus: + and - zoom, left and right move the cursor,
// with Shift the view, up and down choose the contestant, 0 shows everything. What the cursor is on is also text.
const result = JSON.parse(document.getElementById('result').textContent);
const svg = (name, attributes) => {
  const element = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const key in attributes) element.setAttribute(key, attributes[key]);
  return element;
};
const unitOf = ns => ns < 2e3 ? ['ns', 1] : ns < 2e6 ? ['us', 1e3] : ['ms', 1e6];
const shown = ns => { const [unit, size] = unitOf(ns); return +(ns / size).toPrecision(4) + ' ' + unit; };
const width = 1100, height = 320, left = 70, bottom = 40, bins = 240;

for (const figure of document.querySelectorAll('figure')) {
  const table = result[figure.dataset.table];
  const edge = table.edge;
  const highest = Math.max(edge, ...table.contestants.map(each => each.max)) * 1.02;
  let from = 0, to = edge, chosen = 0, cursor = 0;
  const chart = figure.querySelector('svg'), said = figure.querySelector('output');
  const x = ns => left + (ns - from) / (to - from) * (width - left - 10);
  const binned = each => {
    const counts = new Array(bins).fill(0);
    for (const [ns, count] of each.cells) {
      const bin = Math.floor((ns - from) / (to - from) * bins);
      if (bin >= 0 && bin < bins) counts[bin] += count;
    }
    return counts;
  };
  const draw = () => {
    chart.replaceChildren();
    const all = table.contestants.map(binned);
    const top = Math.log10(Math.max(10, ...all.flat()));
    const y = count => count < 1 ? height - bottom : (height - bottom) * (1 - (Math.log10(count) + 0.3) / (top + 0.3));
    const label = (text, at, anchor) => {
      const element = svg('text', {x: at[0], y: at[1], 'text-anchor': anchor, 'font-size': 12});
      element.textContent = text;
      chart.append(element);
    };
    for (let i = 0; i <= 5; ++i) {
      const ns = from + (to - from) * i / 5;
      chart.append(svg('line', {x1: x(ns), x2: x(ns), y1: 0, y2: height - bottom, stroke: '#ddd'}));
      label(shown(ns), [x(ns), height - bottom + 18], i === 5 ? 'end' : 'middle');
    }
    for (let power = 0; power <= top; ++power) {
      chart.append(svg('line', {x1: left, x2: width - 10, y1: y(10 ** power), y2: y(10 ** power), stroke: '#ddd'}));
      label(String(10 ** power), [left - 6, y(10 ** power) + 4], 'end');
    }
    table.contestants.forEach((each, i) => {
      let path = '';
      all[i].forEach((count, bin) => {
        const begin = x(from + (to - from) * bin / bins), end = x(from + (to - from) * (bin + 1) / bins);
        path += (bin ? 'L' : 'M') + begin.toFixed(1) + ' ' + y(count).toFixed(1) + 'L' + end.toFixed(1) + ' ' + y(count).toFixed(1);
      });
      chart.append(svg('path', {d: path, fill: 'none', stroke: each.colour, 'stroke-dasharray': ['', '6 3', '2 3', '8 3 2 3', '12 4'][(each.dash - 1) % 5],
                                'stroke-width': i === chosen ? 3 : 1.3}));
    });
    const begin = from + (to - from) * cursor / bins;
    chart.append(svg('line', {x1: x(begin), x2: x(begin), y1: 0, y2: height - bottom, stroke: '#000', 'stroke-dasharray': '1 3'}));
    const each = table.contestants[chosen];
    said.textContent = each ? each.name + ', from ' + shown(begin) + ' to ' + shown(begin + (to - from) / bins) + ': ' +
                              all[chosen][cursor] + ' samples' : 'nothing was measured';
    figure.dataset.from = from;
    figure.dataset.to = to;
  };
  const zoom = (factor, around) => {
    const span = Math.min(Math.max((to - from) * factor, 50), highest);
    from = Math.max(0, around - (around - from) / (to - from) * span);
    to = from + span;
  };
  const keys = {
    '+': () => zoom(0.5, from + (to - from) * cursor / bins), '-': () => zoom(2, from + (to - from) * cursor / bins),
    '0': () => { from = 0; to = edge; },
    ArrowLeft: event => event.shiftKey ? move(-0.2) : cursor = Math.max(0, cursor - 1),
    ArrowRight: event => event.shiftKey ? move(0.2) : cursor = Math.min(bins - 1, cursor + 1),
    ArrowUp: () => { chosen = Math.max(0, chosen - 1); },
    ArrowDown: () => { chosen = Math.min(table.contestants.length - 1, chosen + 1); },
  };
  const move = share => {
    const step = Math.max(-from, (to - from) * share);
    from += step;
    to += step;
  };
  figure.addEventListener('keydown', event => {
    const act = keys[event.key === '=' ? '+' : event.key];
    if (!act || event.ctrlKey || event.altKey || event.metaKey) return;
    act(event);
    event.preventDefault();
    draw();
  });
  const ns_at = event => from + (event.offsetX / chart.clientWidth * width - left) / (width - left - 10) * (to - from);
  chart.addEventListener('wheel', event => {
    zoom(event.deltaY < 0 ? 0.8 : 1.25, Math.max(from, ns_at(event)));
    event.preventDefault();
    draw();
  }, {passive: false});
  chart.addEventListener('pointermove', event => {
    if (event.buttons & 1) move(-event.movementX / chart.clientWidth);
    cursor = Math.min(bins - 1, Math.max(0, Math.floor((ns_at(event) - from) / (to - from) * bins)));
    draw();
  });
  draw();
}
