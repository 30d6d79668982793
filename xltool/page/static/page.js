"use strict";
// Drops files into 收回 (on the page of 名册: another 名册), and shows how far the work is. Everything else on the page works without this script.
(() => {
  const base = document.body.dataset.base;
  if (base === undefined) return;
  const box = document.getElementById("work"), line = document.getElementById("work-line");
  const bar = document.getElementById("work-bar"), list = document.getElementById("work-list");
  const cover = document.getElementById("drop"), input = document.getElementById("files");
  const roster = document.querySelector("form[data-to=roster]");
  let sending = false;

  function tell(text, done, total, trouble) {
    box.hidden = false;
    box.classList.toggle("trouble", Boolean(trouble));
    line.textContent = text;
    bar.hidden = total === undefined;
    if (total) { bar.max = total; bar.value = done; } else { bar.removeAttribute("value"); }
  }

  function show(items) {
    list.replaceChildren(...items.map((item) => {
      const row = document.createElement("li"), state = document.createElement("span");
      state.className = "state " + item.kind;
      state.textContent = item.state;
      row.append(state, " " + (item.department || item.file) + (item.counts ? "　退回/须改/提示 " + item.counts : ""));
      return row;
    }));
  }

  async function follow() {
    for (;;) {
      let now;
      const asked = performance.now();
      try {
        const answer = await fetch(base + "/job", { headers: { Accept: "application/json" } });
        if (!answer.ok) throw new Error();
        now = await answer.json();
      } catch {
        tell("页面的程序已经停止，或者正忙。请看运行 xltool page 的窗口，再刷新这一页。", 0, undefined, true);
        return;
      }
      if (!now.running) { location.reload(); return; }
      const far = now.total ? ` ${now.done} / ${now.total}　${now.name}` : "";
      tell(`正在${now.what}…${far}`, now.done, now.total);
      show(now.verdicts);
      await new Promise((ready) => setTimeout(ready, 500 + 3 * (performance.now() - asked)));
    }
  }

  async function put(file) {
    const headers = { "X-Name": encodeURIComponent(file.name), "X-Modified": String(file.lastModified || 0),
      "Content-Type": "application/octet-stream" };
    try {
      const answer = await fetch(base + "/upload", { method: "POST", headers, body: file });
      const said = await answer.json();
      return answer.ok ? "" : `${file.name}：${said.said}`;
    } catch {
      return `${file.name}：没有传完`;
    }
  }

  // Another 名册: one file, checked before it takes the place of the old one.
  async function replaceRoster(files) {
    if (files.length !== 1) { tell("名册是一个文件，请只拖入 名册.xlsx。", 0, undefined, true); return; }
    sending = true;
    tell(`正在检查 ${files[0].name}…`, 0, 0);
    const headers = { "X-Name": encodeURIComponent(files[0].name), "Content-Type": "application/octet-stream" };
    let good = false;
    try {
      const answer = await fetch(base + "/roster", { method: "POST", headers, body: files[0] });
      good = answer.ok;
      tell((await answer.json()).said, 0, undefined, !good);
    } catch {
      tell("没有传完，名册没有改动。请再试一次。", 0, undefined, true);
    }
    sending = false;
    input.value = "";
    if (good) setTimeout(() => location.reload(), 2500);
  }

  async function send(files) {
    if (sending || !files.length) return;
    if (roster) { replaceRoster(files); return; }
    sending = true;
    const left = [...files], problems = [];
    let done = 0;
    const hand = async () => {
      while (left.length) {
        const problem = await put(left.shift());
        if (problem) problems.push(problem);
        done += 1;
        tell(`正在放进“收回” ${done} / ${files.length}`, done, files.length);
      }
    };
    await Promise.all([hand(), hand(), hand()]);
    sending = false;
    if (input) input.value = "";
    if (problems.length) {
      tell(`有 ${problems.length} 个没有收下：${problems.slice(0, 5).join("；")}`, 0, undefined, true);
      if (problems.length === files.length) return;
      await new Promise((ready) => setTimeout(ready, 4000));
    }
    const answer = await fetch(base + "/collect", { method: "POST", body: new URLSearchParams(),
      headers: { Accept: "application/json" } });
    if (answer.ok) { follow(); return; }
    const said = (await answer.json()).said;
    tell(`文件已放进“收回”。${said}`, 0, undefined, true);
  }

  // A folder that is dropped: the files in it, whatever it is called.
  async function inside(entry) {
    if (entry.isFile) return [await new Promise((ready, failed) => entry.file(ready, failed))];
    const reader = entry.createReader(), found = [];
    for (;;) {
      const some = await new Promise((ready, failed) => reader.readEntries(ready, failed));
      if (!some.length) break;
      for (const one of some) found.push(...await inside(one));
    }
    return found;
  }

  const carries = (event) => event.dataTransfer && [...event.dataTransfer.types].includes("Files");
  document.addEventListener("dragover", (event) => {
    if (!cover || !carries(event)) return;
    event.preventDefault();
    cover.hidden = false;
  });
  document.addEventListener("dragleave", (event) => { if (cover && !event.relatedTarget) cover.hidden = true; });
  document.addEventListener("drop", async (event) => {
    if (!cover || !carries(event)) return;
    event.preventDefault();
    cover.hidden = true;
    const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry && item.webkitGetAsEntry());
    const plain = [...event.dataTransfer.files];
    let files = plain;
    if (entries.some((entry) => entry && entry.isDirectory)) {
      files = [];
      for (const entry of entries) if (entry) files.push(...await inside(entry));
    }
    send(files);
  });
  if (input) input.addEventListener("change", () => send([...input.files]));
  if (document.body.dataset.running) follow();
})();
