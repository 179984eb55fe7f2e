// What is changed in a page before the SDK loads: the browser's own functions, never the SDK's.
// Each is serialised into the page, so it can use nothing from outside.

const always = () => {
  const Real = window.RTCPeerConnection;
  window.peerConnections = [];
  window.RTCPeerConnection = class extends Real {
    constructor(...given) {
      super(...given);
      window.peerConnections.push(this);
    }
  };
};

const refuse = method => {
  window.RTCPeerConnection.prototype[method] = () =>
    Promise.reject(new DOMException(`${method} was made to fail`, 'OperationError'));
};

const device = name => {
  navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('Could not start the source', name));
};

const relaysOnly = () => {
  const Given = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Given {
    constructor(configuration, ...more) {
      super({ ...configuration, iceTransportPolicy: 'relay' }, ...more);
    }
  };
};

// Without a network a request fails at once and the SDK asks again at once: some thousands of times a second.
const slowly = milliseconds => {
  const real = window.fetch;
  window.fetch = async (...given) => {
    await new Promise(resolve => setTimeout(resolve, milliseconds));
    return real(...given);
  };
};

module.exports = {
  always,
  named: {
    'offer-fails': [refuse, 'createOffer'],
    'answer-fails': [refuse, 'createAnswer'],
    'local-description-fails': [refuse, 'setLocalDescription'],
    'relays-only': [relaysOnly, null],
    'requests-take-time': [slowly, 250],
    'device-busy': [device, 'NotReadableError'],
  },
};
