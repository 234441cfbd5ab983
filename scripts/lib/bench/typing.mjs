// Somebody types: the recording that every server is played, as the changes that an editor sends.

/** What is typed where; it is half finished at every moment, as anything is that is typed. */
const TYPED = {
  shellscript: `  -device pcie-root-port,id=port7,bus=pxb0,chassis=7,slot=7
  -device vfio-pci,host=0000:3b:00.0,bus=port7,id=gpu7
  -object memory-backend-file,id=huge,mem-path=/dev/hugepages,size=4G,share=on,prealloc=on,host-nodes=0,policy=bind
  -chardev socket,id=mon,path=/run/guest.sock,server=on,wait=off
  -mon chardev=mon,mode=control
`,
  xml: `    <hostdev mode='subsystem' type='pci' managed='yes'>
      <driver name='vfio'/>
      <source>
        <address domain='0x0000' bus='0x3b' slot='0x00' function='0x0'/>
      </source>
    </hostdev>
    <controller type='pci' model='pcie-expander-bus' index='9'>
      <target busNr='96'>
        <node>1</node>
      </target>
    </controller>
`,
};

/** Every so many characters a wrong one is typed and taken back. */
const SLIP = 18;

/**
 * A run of keystrokes in a document of documents.mjs, as LSP content changes. What is typed is repeated until there
 * are enough of them.
 */
export function typing({ text, language, typedAt }, count) {
  const before = text.slice(0, text.indexOf(typedAt)).split('\n');
  let line = before.length - 1;
  let character = before.at(-1).length;
  const changes = [];
  const insert = (typed) => {
    const at = { line, character };
    changes.push({ range: { start: at, end: at }, text: typed });
    if (typed === '\n') [line, character] = [line + 1, 0];
    else character++;
  };
  const takeBack = () => {
    const end = { line, character };
    character--;
    changes.push({ range: { start: { line, character }, end }, text: '' });
  };
  for (let n = 0; changes.length < count; n++) {
    if (n % SLIP === SLIP - 1) {
      insert('x');
      takeBack();
    }
    insert(TYPED[language][n % TYPED[language].length]);
  }
  return changes.slice(0, count);
}
