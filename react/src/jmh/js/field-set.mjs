// The rows of FieldSet.java for alien-signals, in milliseconds. To run it:
//   npm install --no-save alien-signals && node --expose-gc field-set.mjs
// A name behind it runs one row only: rows that run in one process disturb each other.
import { computed, effect, effectScope, endBatch, signal, startBatch } from "alien-signals";

const COUNT = 100_000;
let counter = 0;

function batch(body) {
  startBatch();
  try {
    body();
  } finally {
    endBatch();
  }
}

const write = (s, v) => batch(() => s(v));

function observed(s) {
  // What an effect returns would be taken for its cleanup.
  effect(() => {
    counter += s();
  });
  return s;
}

function best(build, builds, runs) {
  let least = Infinity;
  for (let run = 0; run < runs + 3; run++) {
    let time = 0;
    for (let i = 0; i < builds; i++) {
      globalThis.gc?.();
      const ends = [];
      let measured;
      ends.push(effectScope(() => {
        measured = build();
      }));
      const start = performance.now();
      ends.push(effectScope(() => {
        measured();
      }));
      time += performance.now() - start;
      ends.forEach((end) => end());
    }
    least = Math.min(least, time);
  }
  return least;
}

const signals = (n) => Array.from({ length: n }, (_, i) => signal(i));

function effects(sources, count, width, share) {
  for (let i = 0; i < count; i++) {
    const from = share > 1 ? Math.floor(i / share) : i * width;
    effect(() => {
      let sum = 0;
      for (let k = 0; k < width; k++) sum += sources[from + k]();
      counter += sum;
    });
  }
}

function createComputations() {
  const sources = signals(COUNT);
  sources.forEach((s) => s());
  return () => {
    effects(sources, COUNT, 0, 1);
    effects(sources, COUNT, 1, 1);
    effects(sources, COUNT / 2, 2, 1);
    effects(sources, COUNT / 4, 4, 1);
    effects(sources, COUNT / 1000, 1000, 1);
    effects(sources, COUNT, 1, 2);
    effects(sources, COUNT, 1, 4);
    effects(sources, COUNT, 1, 8);
    effects(sources, COUNT, 1, 1000);
  };
}

function updateSignals() {
  const parts = [];
  const updates = (count, width, observers, writes) => {
    const from = signals(count);
    for (let i = 0; i < observers; i++) effects(from, 1, width, 1);
    parts.push(() => {
      for (let i = 0; i < writes; i++) write(from[0], i);
    });
  };
  updates(1, 1, 1, COUNT * 4);
  updates(2, 2, 1, COUNT * 2);
  updates(4, 4, 1, COUNT);
  updates(1000, 1000, 1, COUNT / 250);
  updates(1, 1, 2, COUNT);
  updates(1, 1, 4, COUNT);
  updates(1, 1, 1000, COUNT / 10);
  return () => parts.forEach((part) => part());
}

function kairo(iteration) {
  iteration(1);
  return () => {
    for (let i = 0; i < 500; i++) iteration(i);
  };
}

function busy() {
  let a = 0;
  for (let i = 0; i < 100; i++) a++;
  counter += a;
}

const times = (head, count) => () => {
  for (let k = 0; k < count; k++) write(head, k);
};

function avoidable() {
  const head = signal(0);
  const one = computed(() => head());
  const two = computed(() => (one(), 0));
  const three = computed(() => (busy(), two() + 1));
  const four = computed(() => three() + 2);
  const five = computed(() => four() + 3);
  effect(() => {
    five();
    busy();
  });
  return times(head, 1000);
}

function broad() {
  const head = signal(0);
  for (let i = 0; i < 50; i++) {
    const current = computed(() => head() + i);
    observed(computed(() => current() + 1));
  }
  return times(head, 50);
}

function chain(head, length, each) {
  let end = head;
  for (let i = 0; i < length; i++) {
    const last = end;
    each?.(last);
    end = computed(() => last() + 1);
  }
  return end;
}

function deep() {
  const head = signal(0);
  observed(chain(head, 50));
  return times(head, 50);
}

const sum = (list) => list.reduce((total, s) => total + s(), 0);

function diamond() {
  const head = signal(0);
  const sides = Array.from({ length: 5 }, () => computed(() => head() + 1));
  observed(computed(() => sum(sides)));
  return times(head, 500);
}

function mux() {
  const heads = signals(100);
  const all = computed(() => Object.fromEntries(heads.map((h) => h()).entries()));
  for (let i = 0; i < 100; i++) {
    const one = computed(() => all()[i]);
    observed(computed(() => one() + 1));
  }
  return () => {
    for (let k = 0; k < 10; k++) write(heads[k], k);
    for (let k = 0; k < 10; k++) write(heads[k], k * 2);
  };
}

function repeated() {
  const head = signal(0);
  observed(computed(() => {
    let result = 0;
    for (let i = 0; i < 30; i++) result += head();
    return result;
  }));
  return times(head, 100);
}

function triangle() {
  const head = signal(0);
  const list = [];
  chain(head, 10, (s) => list.push(s));
  observed(computed(() => sum(list)));
  return times(head, 100);
}

function unstable() {
  const head = signal(0);
  const twice = computed(() => head() * 2);
  const inverse = computed(() => -head());
  observed(computed(() => {
    let result = 0;
    for (let i = 0; i < 20; i++) result += head() % 2 ? twice() : inverse();
    return result;
  }));
  return times(head, 100);
}

const fib = (n) => (n < 2 ? 1 : fib(n - 1) + fib(n - 2));
const hard = (n) => n + fib(16);

function molBench() {
  const a = signal(0);
  const b = signal(0);
  const c = computed(() => (a() % 2) + (b() % 2));
  const d = computed(() =>
    Array.from({ length: 5 }, (_, i) => ({ x: i + (a() % 2) - (b() % 2) })));
  const e = computed(() => hard(c() + a() + d()[0].x));
  const f = computed(() => hard(d()[2].x || b()));
  const g = computed(() => c() + (c() || e() % 2) + d()[4].x + f());
  effect(() => {
    counter += hard(g());
  });
  effect(() => {
    counter += g();
  });
  effect(() => {
    counter += hard(f());
  });
  return (i) => {
    batch(() => {
      b(1);
      a(1 + i * 2);
    });
    batch(() => {
      a(2 + i * 2);
      b(2);
    });
  };
}

function cellx(layers) {
  const sources = [1, 2, 3, 4].map((v) => signal(v));
  let last = sources;
  for (let i = 0; i < layers; i++) {
    const [p, q, r, s] = last;
    last = [
      computed(() => q()),
      computed(() => p() - r()),
      computed(() => q() + s()),
      computed(() => r()),
    ];
    last.forEach(observed);
  }
  const end = last;
  return () => {
    counter += sum(end);
    batch(() => sources.forEach((s, i) => s(4 - i)));
    counter += sum(end);
  };
}

// Grids: see DynamicGrid.java.

function random() {
  let h = 0x811c9dc5 | 0;
  for (const character of "seed") {
    let k = Math.imul(character.charCodeAt(0), 0xcc9e2d51);
    k = (k << 15) | (k >>> 17);
    h ^= Math.imul(k, 0x1b873593);
    h = (h << 13) | (h >>> 19);
    h = (Math.imul(h, 5) + 0xe6546b64) | 0;
  }
  h ^= 4;
  const draw = () => {
    h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
    h ^= h >>> 16;
    return h;
  };
  let [a, b, c, d] = [draw(), draw(), draw(), draw()];
  return () => {
    let t = (a + b) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    d = (d + 1) | 0;
    t = (t + d) | 0;
    c = (c + t) | 0;
    return (t >>> 0) / 4294967296;
  };
}

function grid(width, layers, inputs, fixed, read) {
  const sources = Array.from({ length: width }, (_, i) => signal(i));
  const next = random();
  let row = sources;
  for (let layer = 1; layer < layers; layer++) {
    const above = row;
    row = above.map((_, i) => {
      const from = Array.from({ length: inputs }, (_, k) => above[(i + k) % width]);
      if (next() < fixed) return computed(() => sum(from));
      const [first, ...tail] = from;
      return computed(() => {
        let total = first();
        const left = total % 2 ? total % tail.length : -1;
        for (let i = 0; i < tail.length; i++) if (i !== left) total += tail[i]();
        return total;
      });
    });
  }
  const drop = random();
  const leaves = row.slice();
  for (let i = Math.round(width * (1 - read)); i > 0; i--) {
    leaves.splice(Math.floor(drop() * leaves.length), 1);
  }
  effect(() => {
    leaves.forEach((leaf) => leaf());
  });
  return (iterations) => {
    for (let i = 0; i < iterations; i++) {
      const at = i % width;
      write(sources[at], i + at);
      for (const leaf of leaves) leaf();
    }
    return sum(leaves);
  };
}

const wanted = process.argv.slice(2);
const row = (name, time) => {
  if (wanted.length === 0 || wanted.includes(name)) {
    console.log(`| ${name} | ${time().toFixed(2)} |`);
  }
};

row("createSignals", () => best(() => () => {
  counter += signals(COUNT).length;
}, 1, 10));
row("createComputations", () => best(createComputations, 1, 10));
row("updateSignals", () => best(updateSignals, 1, 10));
for (const shape of
  [avoidable, broad, deep, diamond, mux, repeated, triangle, unstable, molBench]) {
  row(shape.name, () => best(() => kairo(shape()), 1, 10));
}
row("cellx1000", () => best(() => cellx(1000), 10, 10));
row("cellx2500", () => best(() => cellx(2500), 10, 10));
for (const [title, width, layers, inputs, fixed, read, iterations, total] of [
  ["2-10x5 - lazy80%", 10, 5, 2, 1, 0.2, 600000, 19199968],
  ["6-10x10 - dyn25% - lazy80%", 10, 10, 6, 0.75, 0.2, 15000, 302310782860],
  ["4-1000x12 - dyn5%", 1000, 12, 4, 0.95, 1, 7000, 29355933696000],
  ["25-1000x5", 1000, 5, 25, 1, 1, 3000, 1171484375000],
  ["3-5x500", 5, 500, 3, 1, 1, 500, 3.0239642676898464e241],
  ["6-100x15 - dyn50%", 100, 15, 6, 0.5, 1, 2000, 15664996402790400],
]) {
  row(title, () => {
    let run;
    const end = effectScope(() => {
      run = grid(width, layers, inputs, fixed, read);
    });
    for (let i = 0; i < 3; i++) run(iterations);
    let least = Infinity;
    for (let i = 0; i < 5; i++) {
      const start = performance.now();
      const result = run(iterations);
      least = Math.min(least, performance.now() - start);
      if (result !== total) throw new Error(`${title}: ${result}`);
    }
    end();
    return least;
  });
}
if (counter === 42) console.log();
