-- For wrk: the same lead again and again at one instant; an answer must be what the model that it names always answers.
dofile(os.getenv("LOAD") .. "/ask.lua")

local threads = {}
function setup(thread)
  table.insert(threads, thread)
end

local of_model = {}
answers, models, wrong = 0, 0, 0
function response(status, headers, body)
  local model, rest = body:match('^{"model":"(%x+)",(.*)$')
  answers = answers + 1
  if status ~= 200 or model == nil or headers["qualify-model"] ~= model then
    wrong = wrong + 1
  elseif of_model[model] == nil then
    of_model[model] = rest
    models = models + 1
  elseif of_model[model] ~= rest then
    wrong = wrong + 1
  end
end

function done(summary)
  for _, thread in ipairs(threads) do
    print(string.format("%d answers of %d models, %d wrong", thread:get("answers"), thread:get("models"), thread:get("wrong")))
  end
  local e = summary.errors
  print(string.format("%d refused, %d broken off, %d late", e.status, e.connect + e.read + e.write, e.timeout))
end
