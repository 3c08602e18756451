import { drawChart } from './chart.js';
import { drawGraph } from './graph.js';

/** So many moments are shown; the server remembers as many. */
const MOMENTS = 240;
const ALARMS = 50;
const PICTURE_PERIOD = 500;

const element = id => document.getElementById(id);

let figures = [];
let alarms = [];

function showFigures(now) {
  if (figures.length > 0 && figures[figures.length - 1].moment === now.moment) {
    figures.pop();
  }
  figures = [...figures, now].slice(-MOMENTS);

  show('moment', now.moment, 0);
  show('north', now.north, 2);
  show('south', now.south, 2);
  show('rate', now.rate, 4);
  show('unanswered', now.unanswered, 0);
  show('spread', now.spread, 2);
  show('percent', now.percent, 2);
  show('average', now.average, 2);
  show('total', now.total, 0);
  show('mixed', now.mixed, 0);
  show('held-back', now.heldBack, 0);
  element('spread-tile').classList.toggle('wide', now.wide);
  if (document.activeElement !== element('threshold')) {
    element('threshold').value = now.threshold;
    show('threshold-value', now.threshold, 1);
  }
  drawChart(element('chart'), figures, MOMENTS);
}

function show(id, value, digits) {
  element(id).textContent = value.toLocaleString('en-US', {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
}

function showAlarm(alarm) {
  alarms = [...alarms, alarm].slice(-ALARMS);
  showAlarms();
}

function showAlarms() {
  if (alarms.length > 0) {
    element('alarms').replaceChildren(...alarms.map(alarmItem).reverse());
  }
}

function alarmItem(alarm) {
  const item = document.createElement('li');
  item.className = alarm.raised ? 'raised' : 'over';
  const text = document.createElement('span');
  text.textContent = `${alarm.spread.toFixed(3)} is ${alarm.raised ? 'above' : 'within'}`
      + ` ±${alarm.threshold.toFixed(1)}`;
  const time = document.createElement('time');
  time.textContent = `moment ${alarm.moment}`;
  item.append(text, time);
  return item;
}

function showState(state) {
  element('state').dataset.state = state;
  element('state').textContent = state;
}

/* What this page has the server do; all of it ends with leave(), or with the page. */
let streams = [];
let pictures = 0;

function listen(path, receive) {
  const stream = new EventSource(path);
  stream.onmessage = message => receive(JSON.parse(message.data));
  streams.push(stream);
  return stream;
}

function enter() {
  leave('connecting');
  const stream = listen('api/figures', showFigures);
  stream.onopen = () => {
    showState('live');
    catchUp();
  };
  // The browser tries again by itself.
  stream.onerror = () => showState('disconnected');
  listen('api/alarms', showAlarm);
  pictures = setInterval(showPicture, PICTURE_PERIOD);
  showPicture();
}

function leave(state) {
  streams.forEach(stream => stream.close());
  streams = [];
  clearInterval(pictures);
  showState(state);
}

/** Puts before what is here what has been before this page came, or while it was away. */
async function catchUp() {
  const history = await get('api/history');
  if (history) {
    figures = joined(history.figures, figures);
    alarms = joined(history.alarms, alarms);
    showAlarms();
  }
}

function joined(before, now) {
  const end = before.length > 0 ? before[before.length - 1].moment : -1;
  return [...before, ...now.filter(item => item.moment > end)];
}

async function showPicture() {
  const picture = await get('api/graph');
  if (picture) {
    drawGraph(element('graph'), picture);
  }
}

async function get(path) {
  try {
    const response = await fetch(path);
    return response.ok ? await response.json() : null;
  } catch (unreachable) {
    return null;
  }
}

element('threshold').addEventListener('input', event =>
  show('threshold-value', Number(event.target.value), 1));

element('threshold').addEventListener('change', event => {
  event.target.blur();
  fetch('api/threshold', {
    method: 'PUT',
    headers: { 'Content-Type': 'application/json' },
    body: event.target.value,
  });
});

// A tab that nobody sees asks for nothing.
document.addEventListener('visibilitychange', () => document.hidden ? leave('paused') : enter());
window.addEventListener('resize', () => drawChart(element('chart'), figures, MOMENTS));
enter();
