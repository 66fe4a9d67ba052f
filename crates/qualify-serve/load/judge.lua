-- For wrk: the same lead again and again at one instant; an answer must be what the model that it names
-- answered when nothing else went on (EXPECTED: such answers, one a line).
dofile(os.getenv("LOAD") .. "/ask.lua")

local threads = {}
function setup(thread)
  table.insert(threads, thread)
end

local of_model, seen = {}, {}
for line in io.lines(os.getenv("EXPECTED")) do
  local model, rest = line:match('^{"model":"(%x+)",(.*)$')
  of_model[model] = rest
end
answers, models, wrong = 0, 0, 0
function response(status, headers, body)
  local model, rest = body:match('^{"model":"(%x+)",(.*)$')
  answers = answers + 1
  if status ~= 200 or model == nil or headers["qualify-model"] ~= model then
    wrong = wrong + 1
  elseif of_model[model] ~= rest then
    wrong = wrong + 1
  elseif not seen[model] then
    seen[model] = true
    models = models + 1
  end
end

function done(summary)
  local bad = 0
  for _, thread in ipairs(threads) do
    print(string.format("%d answers of %d models, %d wrong", thread:get("answers"), thread:get("models"), thread:get("wrong")))
    bad = bad + thread:get("wrong")
  end
  local e = summary.errors
  print(string.format("%d refused, %d broken off, %d late", e.status, e.connect + e.read + e.write, e.timeout))
  if bad + e.status + e.connect + e.read + e.write > 0 then
    io.stdout:flush()
    os.exit(1)
  end
end
