"""Who answers a new sign-up: each one is scored by a running `qualify serve` as it comes and handed to a desk.

    qualify serve examples/embed-http &
    python examples/embed-http/signups.py < examples/embed-http/signups.jsonl
"""

import json
import os
import sys
import time
from urllib.error import HTTPError
from urllib.request import Request, urlopen

SERVER = os.environ.get("QUALIFY_URL", "http://127.0.0.1:8787")
HEADERS = {"content-type": "application/json", "authorization": f"Bearer {os.environ.get('QUALIFY_TOKEN', '')}"}


def ask(path, body):
    """The answer; a server that has too much to do is asked again a little later."""
    request = Request(SERVER + path, json.dumps(body).encode(), HEADERS)
    for pause in (0.1, 0.5, 2.0, None):
        try:
            with urlopen(request, timeout=10) as answer:
                return json.load(answer)
        except HTTPError as refusal:
            if refusal.code != 503 or pause is None:
                raise
            time.sleep(pause)


as_of = sys.argv[1] if len(sys.argv) > 1 else None  # now
for line in sys.stdin:
    signup = json.loads(line)
    try:
        answer = ask("/v1/score", {"lead": signup, "as_of": as_of})
    except HTTPError as refusal:
        # the sign-up is kept for a person to look at; the problem says which field is wrong, and how
        print(f"{signup['email']}: look at it by hand, {json.load(refusal)['detail']}")
        continue
    result = answer["result"]
    if result["status"] != "scored":
        print(f"{signup['email']}: {result['status']}, {', '.join(result['reasons'])}")
    elif result["respond_by"]:
        print(f"{signup['email']}: {result['route']} answers by {result['respond_by']} (score {result['score']})")
        why = ask("/v1/explain", {"lead": signup, "as_of": answer["as_of"]})
        for term in why["explanation"]["scores"][-1]["lines"]:
            print(f"  {term['points']:>4}  {term.get('because') or term['text']}")
    else:
        print(f"{signup['email']}: {result['route']} (score {result['score']})")
