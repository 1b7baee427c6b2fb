"""Files before and after a command that puts them in place, in a folder of the test."""

OLD, NEW = {"甲.docx": b"old docx", "甲.pdf": b"old pdf"}, {"甲.docx": b"new docx", "甲.pdf": b"new, longer pdf"}


def content(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def folder_with(folder, files):
    folder.mkdir(parents=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return folder
