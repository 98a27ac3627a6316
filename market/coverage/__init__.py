"""Service circles 15分钟服务圈: which services each building has within 500 metres and within 15 minutes on foot."""
