"""Which of Asterisk's modules read a file again, and which changes need a restart."""

from collections.abc import Mapping

from callcenter.pbx.deploy import conf

_MODULES = {
    "acl.conf": ("acl",),
    "ari.conf": ("res_ari.so",),
    "cdr.conf": ("cdr", "cdr_csv.so"),
    "cel.conf": ("cel",),
    "cel_custom.conf": ("cel_custom.so",),
    "extensions.conf": ("pbx_config.so",),
    "features.conf": ("features",),
    "http.conf": ("http",),
    "indications.conf": ("indications",),
    "logger.conf": ("logger",),
    "manager.conf": ("manager",),
    "musiconhold.conf": ("res_musiconhold.so",),
    # Each of these keeps objects of its own from the same file.
    "pjsip.conf": (
        "res_pjsip.so",
        "res_pjsip_endpoint_identifier_ip.so",
        "res_pjsip_outbound_registration.so",
    ),
    "queues.conf": ("app_queue.so",),
    "rtp.conf": ("res_rtp_asterisk.so",),
    "voicemail.conf": ("app_voicemail.so",),
}
_PORTS = {
    "http.conf": ("bindaddr", "bindport", "tlsbindaddr", "tlsenable", "enabled"),
    "manager.conf": ("bindaddr", "port", "tlsbindaddr", "tlsenable", "enabled"),
}


def modules_for(names: list[str]) -> list[str]:
    """The modules to reload for changed files, each once, in a fixed order.

    Music and queues come before the dialplan that names them.
    """
    last = "extensions.conf"
    ordered = sorted(names, key=lambda name: (name == last, name))
    return list(dict.fromkeys(module for name in ordered for module in _MODULES.get(name, ())))


def restart_reasons(old: Mapping[str, str], new: Mapping[str, str]) -> list[str]:
    """Why a running Asterisk can't take these changes by a reload; empty where it can."""
    reasons = []
    for name in conf.changed(old, new):
        before, after = old.get(name, ""), new.get(name, "")
        if name == "pjsip.conf":
            reasons += _transports(before, after)
        elif name in _PORTS:
            reasons += _ports(name, before, after)
        elif name not in _MODULES:
            reasons.append(f"{name} is only read at the start")
    return reasons


def _transports(before: str, after: str) -> list[str]:
    old, new = (_values(conf.objects(text, "transport")) for text in (before, after))
    return [
        f"pjsip.conf: the transport {name} changes"
        for name in sorted(old.keys() | new.keys())
        if old.get(name) != new.get(name)
    ]


def _values(objects: Mapping[str, conf.Section]) -> dict[str, list[tuple[str, str]]]:
    return {name: [(o.key, o.value) for o in section.options] for name, section in objects.items()}


def _ports(name: str, before: str, after: str) -> list[str]:
    old, new = (
        {section.name: section for section in conf.sections(text)}.get("general")
        for text in (before, after)
    )
    return [
        f"{name}: {key} changes"
        for key in _PORTS[name]
        if (old.get(key) if old else "") != (new.get(key) if new else "")
    ]
