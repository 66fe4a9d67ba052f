-- For wrk: one lead with twenty events, again and again.
wrk.method = "POST"
wrk.headers["content-type"] = "application/json"
wrk.body = io.open(os.getenv("LEAD")):read("*a")
