// An app: the official SDK as any page uses it, and a record of everything that it tells its app.
import { HMSReactiveStore, selectPeers, selectRoomState } from '@100mslive/hms-video-store';

const hms = new HMSReactiveStore();
const actions = hms.getActions();
const store = hms.getStore();
const since = { at: performance.now() };

function record(kind, told = {}) {
  const { code, name, action, isTerminal, message } = told ?? {};
  const text = String(message ?? told ?? '').slice(0, 300);
  const at = (performance.now() - since.at) / 1000;
  const isAnError = ['error', 'reconnecting', 'rejected'].includes(kind);
  const event = {
    kind,
    at,
    text: isAnError ? text : (told?.text ?? ''),
    // A browser's own exceptions have codes too; only a number on an HMS exception is one of 100ms's.
    code: isAnError && typeof code === 'number' ? code : 0,
    name: isAnError ? (name ?? '') : '',
    action: isAnError ? (action ?? '') : '',
    terminal: isAnError && isTerminal === true,
  };
  // By the console and not by a call into the driver: its answer would count as a click.
  console.debug(`oracle ${JSON.stringify(event)}`);
}

hms.getNotifications().onNotification(({ type, data }) => {
  if (type === 'ERROR') record('error', data);
  if (type === 'RECONNECTING') record('reconnecting', data);
  if (type === 'RECONNECTED') record('reconnected');
});
store.subscribe(state => record('state', { text: String(state) }), selectRoomState);

async function settled(promise) {
  try {
    await promise;
    record('resolved');
  } catch (error) {
    record('rejected', error);
  }
}

const config = ({ token, endpoint, name, settings }) => ({
  authToken: token,
  userName: name,
  initEndpoint: endpoint,
  settings,
  rememberDeviceSelection: false,
});

// What a raw user of the SDK's core hands over in place of the store: only errors are of interest here.
const listener = new Proxy(
  { onError: error => record('error', error), onReconnecting: error => record('reconnecting', error) },
  { get: (told, name) => told[name] ?? (() => undefined) },
);

async function statsOf(connection) {
  const rows = [];
  (await connection.getStats()).forEach(row => {
    if (row.type === 'outbound-rtp') rows.push({ way: 'sent', kind: row.kind, packets: row.packetsSent });
    if (row.type === 'inbound-rtp') rows.push({ way: 'received', kind: row.kind, packets: row.packetsReceived });
  });
  return rows;
}

window.oracle = {
  // None of these waits for the SDK: a join that never settles is an outcome too.
  join(how) {
    since.at = performance.now();
    settled(actions.join(config(how)));
  },
  preview(how) {
    since.at = performance.now();
    settled(actions.preview(config(how)));
  },
  joinTwiceAtOnce(how) {
    since.at = performance.now();
    settled(hms.sdk.join(config(how), listener));
    settled(hms.sdk.join(config(how), listener));
  },
  joinTwiceByActions(how) {
    since.at = performance.now();
    settled(actions.join(config(how)));
    settled(actions.join(config(how)));
  },
  async addTrack() {
    const canvas = document.createElement('canvas');
    canvas.getContext('2d').fillRect(0, 0, 2, 2);
    settled(actions.addTrack(canvas.captureStream(1).getVideoTracks()[0], 'screen'));
  },
  mark() {
    since.at = performance.now();
  },
  async leave() {
    await actions.leave();
  },
  async look() {
    const connections = await Promise.all(
      window.peerConnections.map(async connection => ({
        state: connection.connectionState,
        ice: connection.iceConnectionState,
        offers: connection.localDescription?.type === 'offer' || connection.pendingLocalDescription?.type === 'offer',
        media: await statsOf(connection),
      })),
    );
    return { connections, peers: store.getState(selectPeers).length, state: String(store.getState(selectRoomState)) };
  },
  diagnose(seconds) {
    since.at = performance.now();
    const diagnostics = hms.getDiagnosticsSDK();
    diagnostics.checkBrowserSupport();
    const progress = state => record('stage', { text: String(state) });
    const completed = report => {
      const { isPublishICEConnected, isSubscribeICEConnected, connectionQualityScore, stats } = report.mediaServerReport;
      const told = {
        state: report.connectivityState,
        errors: report.errors.map(({ code }) => code),
        publish: isPublishICEConnected,
        subscribe: isSubscribeICEConnected,
        score: connectionQualityScore ?? 0,
        sent: stats.combined.bytesSent ?? 0,
      };
      record('report', { text: JSON.stringify(told) });
    };
    settled(diagnostics.startConnectivityCheck(progress, completed, undefined, seconds * 1000));
  },
};

// An order in the address is carried out without a click: what the driver calls counts as one (autoplay, wake locks).
const order = new URLSearchParams(location.search).get('order');
if (order) {
  const { method, argument } = JSON.parse(order);
  window.oracle[method](argument);
}
