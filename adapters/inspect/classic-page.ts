/** What a browser gets that looks at the port of the classic inspector: the way to its viewer. */
export const classicPage = `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width">
  <title>urchestra: classic XState inspector</title>
  <style>:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif } body { max-width: 40rem; margin: 3rem auto; padding: 0 1rem }</style>
</head>
<body>
  <h1>Classic XState inspector</h1>
  <p><a id="viewer" href="https://stately.ai/viz?inspect">Open the viewer</a>: it connects to this address by itself.</p>
  <p>Programs connect by <code>createWebSocketReceiver</code> of <code>@xstate/inspect</code>.</p>
  <script>
    document.querySelector('#viewer').href += '&server=ws://' + location.host;
  </script>
</body>
</html>
`;
