/** The page of the current inspector: Stately's viewer in a frame, fed from the WebSocket; without the internet, a list of states.
 *
 * The viewer says `@statelyai.connected` when it is ready for messages, as the package's own bridge expects it to.
 */

const VIEWER = 'https://stately.ai/inspect';
const PATIENCE_MS = 8000;

const STYLE = `
  :root { color-scheme: light dark; font: 14px/1.5 system-ui, sans-serif }
  html, body { margin: 0; height: 100% }
  iframe { border: 0; width: 100%; height: 100% }
  main { padding: 1.5rem; max-width: 60rem; margin: auto }
  table { border-collapse: collapse; width: 100% }
  td, th { text-align: left; padding: .3rem .6rem; border-bottom: 1px solid color-mix(in srgb, currentColor 20%, transparent) }
  code { font-family: ui-monospace, monospace }
  .ended { opacity: .5 }
  [hidden] { display: none }
`;

const SCRIPT = `
  const viewer = document.querySelector('iframe');
  const list = document.querySelector('main');
  const rows = document.querySelector('tbody');
  const link = document.querySelector('output');
  const waiting = [];
  const actors = new Map();
  let isReady = false;

  const pass = (message) => viewer.contentWindow.postMessage(message, '${new URL(VIEWER).origin}');

  addEventListener('message', ({ data, source }) => {
    if (source !== viewer.contentWindow || data?.type !== '@statelyai.connected') return;
    isReady = true;
    viewer.hidden = false;
    list.hidden = true;
    waiting.splice(0).forEach(pass);
  });

  setTimeout(() => { if (!isReady) { viewer.hidden = true; list.hidden = false } }, ${PATIENCE_MS});

  const path = (value) => typeof value === 'object' && value
    ? Object.entries(value).map(([name, within]) => name + '.' + path(within)).join(', ')
    : value ?? '';

  function note({ type, sessionId, name, snapshot, event }) {
    const known = actors.get(sessionId) ?? { name: sessionId, state: '', event: '' };
    if (name) known.name = name;
    if (snapshot) { known.state = path(snapshot.value); known.isOver = snapshot.status !== 'active' }
    if (event && type === '@xstate.event') known.event = event.type;
    actors.set(sessionId, known);
  }

  function show() {
    rows.replaceChildren(...[...actors.values()].map(({ name, state, event, isOver }) => {
      const row = document.createElement('tr');
      if (isOver) row.className = 'ended';
      for (const text of [name, state, event]) {
        const code = document.createElement('code');
        code.textContent = text;
        row.insertCell().append(code);
      }
      return row;
    }));
  }

  const socket = new WebSocket('ws://' + location.host);
  socket.onopen = () => { link.textContent = 'live' };
  socket.onclose = () => { link.textContent = 'the modem has stopped, or the connection was lost: reload to try again' };
  socket.onmessage = ({ data }) => {
    const message = JSON.parse(data);
    note(message);
    if (isReady) pass(message);
    else waiting.push(message);
    if (waiting.length > 2000) waiting.shift();
  };
  setInterval(() => { if (!list.hidden) show() }, 250);
`;

/** HTML, complete in itself but for the viewer. */
export const statelyPage = `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width">
  <title>urchestra: statecharts</title>
  <style>${STYLE}</style>
</head>
<body>
  <iframe src="${VIEWER}" title="Stately inspector" referrerpolicy="no-referrer"></iframe>
  <main hidden>
    <h1>Statecharts of the modem</h1>
    <p>Stately's viewer could not be loaded (no internet?): these are the states without it. <output></output></p>
    <table><thead><tr><th>actor</th><th>state</th><th>last event</th></tr></thead><tbody></tbody></table>
  </main>
  <script>${SCRIPT}</script>
</body>
</html>
`;
