"""One picture at a time: results, buffers, keywords, pickles, threads."""

import array
import mmap
import pickle
import subprocess
import threading

import avatar_prep
import pytest
from avatar_prep import PrepareError, Preparer
from conftest import png, ppm


def test_results_are_those_of_the_command(tmp_path, command):
    sources = {"wide.ppm": ppm(300, 200), "clear.png": png(240, 240), "small.ppm": ppm(20, 31)}
    (tmp_path / "in").mkdir()
    for name, content in sources.items():
        (tmp_path / "in" / name).write_bytes(content)
    options = ["--size", "128", "--max-bytes", "5kB", "--fit", "auto", "--quality", "30..80", "--trim"]
    subprocess.run([command, "in", "out", *options], cwd=tmp_path, check=True, capture_output=True)
    preparer = Preparer(size=128, max_bytes="5kB", fit="auto", quality=(30, 80), trim=True)
    for name, content in sources.items():
        expected = (tmp_path / "out" / name).with_suffix(".jpg").read_bytes()
        assert bytes(preparer.prepare(content)) == expected, name


def test_what_is_known_about_a_result():
    avatar = Preparer(size=64, score=True).prepare(ppm(300, 200))
    assert avatar.size == 64 and 40 <= avatar.quality <= 90
    assert avatar.format == "PNM" and avatar.subsampling in ("4:4:4", "4:2:0")
    assert avatar.framing.crop == (50, 0, 200, 200) and avatar.framing.placed == (0, 0, 64, 64)
    assert avatar.framing.fit == "cover" and avatar.framing.by == "center" and avatar.framing.padding is None
    assert avatar.notes == () and avatar.background is None
    assert 50 < avatar.score <= 100
    assert len(avatar) == len(avatar.jpeg) and bytes(avatar) is avatar.jpeg
    clear = Preparer(background="black").prepare(png(64, 64))
    assert clear.background == "#000000"
    assert clear.notes[0].code == "low_resolution" and "64" in clear.notes[0].message


def test_every_buffer_gives_the_same(tmp_path):
    content = ppm(90, 60)
    preparer = Preparer(size=32)
    expected = preparer.prepare(content)
    (tmp_path / "it").write_bytes(content)
    with open(tmp_path / "it", "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        assert preparer.prepare(mapped) == expected
    padded = b"xx" + content
    signed = array.array("b", content if max(content) < 128 else memoryview(content).cast("b").tolist())
    for buffer in (bytearray(content), memoryview(content), memoryview(padded)[2:], signed):
        assert preparer.prepare(buffer) == expected, type(buffer)


def test_arrays_of_numpy():
    numpy = pytest.importorskip("numpy")
    content = ppm(90, 60)
    preparer = Preparer(size=32)
    assert preparer.prepare(numpy.frombuffer(content, dtype=numpy.uint8)) == preparer.prepare(content)
    with pytest.raises(TypeError, match="one dimension of single bytes, got 3 dimensions.*encode pixels first"):
        preparer.prepare(numpy.zeros((4, 4, 3), dtype=numpy.uint8))
    with pytest.raises(TypeError, match="got a picture with steps|buffer with steps|with steps"):
        preparer.prepare(numpy.frombuffer(content, dtype=numpy.uint8)[::2])


@pytest.mark.parametrize("wrong", ["photo.jpg", None, 7, [1, 2]])
def test_what_is_no_buffer(wrong):
    with pytest.raises(TypeError, match=f"must be bytes or a buffer.*got {type(wrong).__name__}"):
        Preparer().prepare(wrong)


def test_a_failure_has_code_message_and_hint():
    with pytest.raises(PrepareError) as caught:
        Preparer(limit_pixels=100).prepare(ppm(20, 20))
    assert caught.value.code == "limit_exceeded"
    assert caught.value.message == "number of pixels is 400, over the limit of 100"
    assert caught.value.hint and caught.value.hint in str(caught.value)
    again = pickle.loads(pickle.dumps(caught.value))
    assert (again.code, again.message, again.hint) == (caught.value.code, caught.value.message, caught.value.hint)
    for broken in (b"", b"no picture", ppm(20, 20)[:200]):
        with pytest.raises(PrepareError):
            Preparer().prepare(broken)


@pytest.mark.parametrize(
    ("keywords", "kind", "message"),
    [
        ({"size": 0}, ValueError, "size must be 1 to 8192, got 0"),
        ({"max_bytes": 10}, ValueError, "max-bytes must be at least 1000, got 10"),
        ({"quality": (90, 40)}, ValueError, "quality must be"),
        ({"fit": "stretch"}, ValueError, "fit must be cover, contain or auto, got"),
        ({"min_size": 700}, ValueError, "min-size must be at most size (640), got 700"),
        ({"edge": 1}, TypeError, "no option 'edge'"),
        ({"max_byte": 1}, TypeError, "did you mean 'max_bytes'"),
        ({"jobs": 2}, TypeError, "give it to prepare_many"),
        ({"for": "slack"}, TypeError, "one Preparer for each platform"),
        ({"size": {"a": 1}}, TypeError, "size must be str, int"),
        ({"trim": "yes"}, ValueError, "trim must be true or false, got"),
    ],
)
def test_keywords_that_are_refused(keywords, kind, message):
    with pytest.raises(kind) as caught:
        Preparer(**keywords)
    assert message in str(caught.value)


def test_settings_do_not_depend_on_variables(monkeypatch, tmp_path):
    expected = Preparer(size=32).prepare(ppm(90, 60))
    monkeypatch.setenv("AVATAR_PREP_BACKGROUND", "black")
    monkeypatch.setenv("AVATAR_PREP_MAX_BYTES", "1kB")
    (tmp_path / "avatar-prep.toml").write_text("size = 16\n")
    monkeypatch.chdir(tmp_path)
    assert Preparer(size=32).prepare(ppm(90, 60)) == expected


def test_pickles_and_equality():
    preparer = Preparer(size=48, gravity=["face", "center"], trim=True)
    again = pickle.loads(pickle.dumps(preparer))
    assert again == preparer and hash(again) == hash(preparer) and again != Preparer(size=49)
    avatar = preparer.prepare(ppm(90, 60))
    assert again.prepare(ppm(90, 60)) == avatar
    assert pickle.loads(pickle.dumps(avatar)) == avatar
    with pytest.raises(AttributeError, match="never changes"):
        preparer.size = 3


def test_threads_share_a_preparer():
    preparer = Preparer(size=48)
    pictures = [ppm(120 + at, 90, at) for at in range(12)]
    expected = [preparer.prepare(picture) for picture in pictures]
    found = [None] * len(pictures)

    def work(start):
        for at in range(start, len(pictures), 4):
            found[at] = preparer.prepare(pictures[at])

    threads = [threading.Thread(target=work, args=(start,)) for start in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == expected


def test_saving_is_whole_or_nothing(tmp_path):
    avatar = Preparer(size=32).prepare(ppm(90, 60))
    avatar.save(tmp_path / "new" / "a.jpg")
    assert (tmp_path / "new" / "a.jpg").read_bytes() == bytes(avatar)
    avatar.save(str(tmp_path / "new" / "a.jpg"))
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["a.jpg"]
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(OSError):
        avatar.save(tmp_path / "file" / "a.jpg")


def test_the_stub_lists_every_option():
    from importlib.resources import files

    from avatar_prep._options import DEFAULTS

    assert (files(avatar_prep) / "py.typed").is_file()
    stub = (files(avatar_prep) / "_preparer.pyi").read_text()
    for name in DEFAULTS:
        assert f"        {name.replace('-', '_')}: " in stub, name
