import { draw } from './svg.js';

const WIDTH = 108;
const HEIGHT = 34;

/** Draws the nodes from left to right in the order of changes, and the edges these go along. */
export function drawGraph(svg, whole) {
  const picture = withoutNameless(whole);
  const places = layout(picture, svg.clientWidth, svg.clientHeight);
  svg.replaceChildren();
  for (const edge of picture.edges) {
    drawEdge(svg, places.get(edge.from), places.get(edge.to));
  }
  const latest = lastChanged(picture);
  for (const node of picture.nodes) {
    drawNode(svg, node, places.get(node.id), latest.has(node.id));
  }
}

/** What has changed in the last step, and the one or two feeds that have begun it. */
function lastChanged({ nodes, edges }) {
  const step = Math.max(...nodes.map(node => node.changed));
  const changed = new Map(nodes.map(node => [node.id, node.changed]));
  const inner = new Set(edges.map(edge => edge.to));
  // Feeds are written to just before their step, each at a time of its own.
  const begun = edges
      .filter(({ from, to }) => !inner.has(from)
          && changed.get(from) >= step - 2 && changed.get(to) === step)
      .map(edge => edge.from);
  return new Set([...begun, ...nodes.map(node => node.id).filter(id => changed.get(id) === step)]);
}

/** Small steps that nobody has named become edges. */
function withoutNameless({ nodes, edges }) {
  let joined = edges;
  const isNameless = node => node.kind !== 'OBSERVER' && / \(\w+\)$/.test(node.name);
  for (const { id } of nodes.filter(isNameless)) {
    const [before, after] = [joined.filter(e => e.to === id), joined.filter(e => e.from === id)];
    joined = joined.filter(e => e.from !== id && e.to !== id)
        .concat(before.flatMap(b => after.map(a => ({ from: b.from, to: a.to }))));
  }
  const once = new Map(joined.map(edge => [`${edge.from} ${edge.to}`, edge]));
  return { nodes: nodes.filter(node => !isNameless(node)), edges: [...once.values()] };
}

/** Where each node is: behind all that it depends on, and so that edges are short. */
function layout({ nodes, edges }, width, height) {
  const inputs = new Map(nodes.map(node => [node.id, []]));
  const outputs = new Map(nodes.map(node => [node.id, []]));
  for (const { from, to } of edges) {
    inputs.get(to).push(from);
    outputs.get(from).push(to);
  }
  const columns = [];
  const columnOf = columnsOf(nodes, inputs, outputs);
  for (const { id } of nodes) {
    (columns[columnOf.get(id)] ??= []).push(id);
  }

  const heights = new Map();
  const spread = column => column.forEach((id, i) =>
    heights.set(id, (i + 0.5) * height / column.length));
  const sortBy = neighbours => column => {
    const wish = id => mean(neighbours.get(id).map(other => heights.get(other))) ?? heights.get(id);
    column.sort((a, b) => wish(a) - wish(b));
    spread(column);
  };
  columns.forEach(spread);
  for (let round = 0; round < 4; round++) {
    columns.forEach(sortBy(inputs));
    [...columns].reverse().forEach(sortBy(outputs));
  }

  return new Map(nodes.map(({ id, kind }) => [id, {
    x: WIDTH / 2 + 2 + columnOf.get(id) * (width - WIDTH - 4) / Math.max(1, columns.length - 1),
    y: heights.get(id),
    half: kind === 'OBSERVER' ? 5 : WIDTH / 2,
    isSource: inputs.get(id).length === 0,
  }]));
}

/** The column of each node: just before the first that depends on it. */
function columnsOf(nodes, inputs, outputs) {
  const depths = longest(nodes, inputs);
  const last = Math.max(...depths.values());
  const ahead = longest(nodes, outputs);
  return new Map(nodes.map(({ id }) => [id,
    outputs.get(id).length === 0 ? depths.get(id) : last - ahead.get(id)]));
}

/** For each node, the length of the longest way along the given neighbours. */
function longest(nodes, neighbours) {
  const lengths = new Map();
  const length = id => {
    if (!lengths.has(id)) {
      lengths.set(id, Math.max(0, ...neighbours.get(id).map(other => length(other) + 1)));
    }
    return lengths.get(id);
  };
  nodes.forEach(node => length(node.id));
  return lengths;
}

function mean(values) {
  return values.length === 0 ? undefined : values.reduce((a, b) => a + b) / values.length;
}

function drawEdge(svg, from, to) {
  const [x1, x2] = [from.x + from.half, to.x - to.half];
  const bend = (x2 - x1) / 2;
  draw(svg, 'path', {
    d: `M${x1},${from.y} C${x1 + bend},${from.y} ${x2 - bend},${to.y} ${x2},${to.y}`,
  });
}

function drawNode(svg, node, { x, y, isSource }, isLatest) {
  const group = draw(svg, 'g', {
    class: classes(node, isSource, isLatest), 'data-name': node.name,
  });
  if (node.kind === 'OBSERVER') {
    draw(group, 'circle', { cx: x, cy: y, r: 5 });
    return;
  }
  draw(group, 'rect', {
    x: x - WIDTH / 2, y: y - HEIGHT / 2, width: WIDTH, height: HEIGHT,
    rx: node.kind === 'EVENT' ? HEIGHT / 2 : 4,
  });
  const value = node.value === null ? '' : shortened(node.value);
  draw(group, 'text', { x, y: value ? y - 3 : y + 4 }, node.name);
  draw(group, 'text', { x, y: y + 11, class: 'value' }, value);
}

function classes(node, isSource, isLatest) {
  return [
    node.kind.toLowerCase(),
    node.active ? 'active' : 'idle',
    isSource ? 'source' : '',
    isLatest ? 'latest' : '',
    node.name === 'alarms' ? 'alarm' : '',
  ].join(' ');
}

function shortened(value) {
  const number = Number(value);
  if (!Number.isNaN(number) && !Number.isInteger(number)) {
    return number.toFixed(3);
  }
  return value.length > 18 ? value.slice(0, 17) + '…' : value;
}
