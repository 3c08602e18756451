import { draw } from './svg.js';

const LEFT = 34;
const BOTTOM = 18;

/** Draws the spread, its average and the threshold, the newest moment at the right. */
export function drawChart(svg, figures, moments) {
  svg.replaceChildren();
  if (figures.length === 0) {
    return;
  }
  const width = svg.clientWidth;
  const height = svg.clientHeight - BOTTOM;
  const now = figures[figures.length - 1];
  const greatest = Math.max(
      1.2 * now.threshold, ...figures.map(f => Math.abs(f.spread))) * 1.1;
  const x = moment => width - 6 - (now.moment - moment) * (width - LEFT - 6) / (moments - 1);
  const y = value => height / 2 * (1 - value / greatest);
  const across = (value, name) => draw(
      svg, 'line', { x1: LEFT, x2: width, y1: y(value), y2: y(value), class: name });

  const unit = greatest > 3 ? 2 : greatest > 1.5 ? 1 : 0.5;
  for (let value = -Math.floor(greatest / unit) * unit; value < greatest; value += unit) {
    across(value, value === 0 ? 'zero' : 'grid');
    draw(svg, 'text', { x: LEFT - 6, y: y(value) + 4, 'text-anchor': 'end' }, value.toFixed(1));
  }
  for (let moment = now.moment - now.moment % 40; x(moment) > LEFT + 10; moment -= 40) {
    if (moment >= 0 && moment < now.moment - 5) {
      draw(svg, 'text', { x: x(moment), y: height + 14, 'text-anchor': 'middle' }, moment);
    }
  }
  across(now.threshold, 'limit');
  across(-now.threshold, 'limit');

  const line = value => figures.map(f => `${x(f.moment)},${y(value(f))}`).join(' ');
  const spread = line(f => f.spread);
  draw(svg, 'polygon', {
    class: 'area',
    points: `${x(figures[0].moment)},${y(0)} ${spread} ${x(now.moment)},${y(0)}`,
  });
  draw(svg, 'polyline', { class: 'average', points: line(f => f.average) });
  draw(svg, 'polyline', { class: 'spread', points: spread });
  draw(svg, 'circle', {
    class: now.wide ? 'wide' : '', cx: x(now.moment), cy: y(now.spread), r: 4,
  });
}
