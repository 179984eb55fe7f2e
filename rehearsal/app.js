// Joins the room of `hms-doctor simulate` with the official SDK and shows all that an app is told.
// sim.json beside this page is the simulator's ready file.
import {
  HMSLogLevel,
  HMSReactiveStore,
  selectLocalPeerID,
  selectPeers,
  selectRoomState,
  selectVideoTrackByPeerID,
} from '@100mslive/hms-video-store';

const FAULTS = ['healthy', 'ws-drop for 20s', '40102', '40102-pushed', 'publish-ice-blocked', 'room-lossy'];
const by = id => document.getElementById(id);
const time = when => new Date(when).toLocaleTimeString('en-GB');

function log(text, kind = '') {
  const line = document.createElement('div');
  line.className = kind;
  line.textContent = `${time(Date.now())}  ${text}`;
  by('log').append(line);
  line.scrollIntoView();
}

function told({ code, name, isTerminal, description, message }) {
  const end = isTerminal ? 'terminal' : 'not terminal';
  return code ? `${code} ${name}, ${end}: ${description || message}` : `no code: ${message}`;
}

// Every peer connection, to count its bytes: a room can be "Connected" to the SDK while no media leaves it.
const connections = [];
const Native = window.RTCPeerConnection;
window.RTCPeerConnection = class extends Native {
  constructor(...how) {
    super(...how);
    connections.push(this);
  }
};

const hms = new HMSReactiveStore();
hms.triggerOnSubscribe();
const [actions, store] = [hms.getHMSActions(), hms.getStore()];
actions.setLogLevel(HMSLogLevel.NONE);

hms.getNotifications().onNotification(({ type, data }) => {
  if (type === 'ERROR') log(`onError ${told(data)}`, 'error');
  if (type === 'RECONNECTING') log(`onReconnecting ${told(data)}`, 'warn');
  if (type === 'RECONNECTED') log('onReconnected');
  if (type === 'PEER_JOINED' || type === 'PEER_LEFT') log(`${data.name} ${type === 'PEER_LEFT' ? 'left' : 'joined'}`);
});

store.subscribe(state => {
  by('state').textContent = state;
  log(`the room is ${state}`);
}, selectRoomState);

store.subscribe(peers => by('peers').replaceChildren(...peers.map(tile)), selectPeers);

function tile(peer) {
  const [figure, video, caption] = ['figure', 'video', 'figcaption'].map(name => document.createElement(name));
  Object.assign(video, { autoplay: true, muted: true, playsInline: true });
  caption.textContent = `${peer.name}, ${peer.roleName}${peer.isLocal ? ' (you)' : ''}`;
  figure.append(video, caption);
  const track = store.getState(selectVideoTrackByPeerID(peer.id));
  if (track) actions.attachVideo(track.id, video);
  return figure;
}

async function join(simulator) {
  try {
    const roomCode = simulator.room_codes[by('role').value];
    const authToken = await actions.getAuthTokenByRoomCode({ roomCode }, { endpoint: simulator.auth_endpoint });
    await actions.join({ userName: by('name').value, authToken, initEndpoint: simulator.init_endpoint });
    log('join() resolved');
  } catch (error) {
    log(`join() rejected with ${told(error)}`, 'error');
  }
}

async function play(simulator, line) {
  const answer = await fetch(simulator.control_url, line ? { method: 'POST', body: line } : {});
  const state = await answer.json();
  if (!answer.ok) return log(state.said.join(' '), 'warn');
  const own = state.peers.find(({ id }) => id === store.getState(selectLocalPeerID)) ?? state;
  by('played').textContent = own.until ? `${own.fault} until ${time(own.until)}` : own.fault;
}

let [sent, received] = [0, 0];
async function count() {
  let [out, into] = [0, 0];
  for (const connection of connections.filter(one => one.connectionState !== 'closed')) {
    for (const { type, bytesSent, bytesReceived } of (await connection.getStats()).values()) {
      if (type === 'outbound-rtp') out += bytesSent;
      if (type === 'inbound-rtp') into += bytesReceived;
    }
  }
  const rate = bytes => `${Math.max(0, Math.round((bytes * 8) / 1000))} kbps`;
  by('media').textContent = `${rate(out - sent)} sent, ${rate(into - received)} received`;
  [sent, received] = [out, into];
}

async function begin() {
  const simulator = await (await fetch('sim.json')).json();
  by('role').append(...simulator.roles.map(role => new Option(role)));
  by('door').addEventListener('submit', event => {
    event.preventDefault();
    join(simulator);
  });
  by('leave').addEventListener('click', () => actions.leave());
  by('wish').addEventListener('submit', event => {
    event.preventDefault();
    play(simulator, by('line').value);
  });
  for (const fault of FAULTS) {
    const button = document.createElement('button');
    button.textContent = fault;
    button.addEventListener('click', () => play(simulator, fault));
    by('faults').append(button);
  }
  setInterval(() => {
    count();
    play(simulator, '').catch(() => (by('played').textContent = 'the simulator is gone'));
  }, 1000);
}

begin().catch(() => log('sim.json is missing: hms-doctor simulate --ready-file rehearsal/sim.json', 'error'));
