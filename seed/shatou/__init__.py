"""沙头街道, Futian, Shenzhen: the demo world. Streets and communities are real, everything else is invented (示例数据)."""

from seed.shatou.build import build_world

__all__ = ["build_world"]
